#!/bin/sh
# Requests that are too much, or wrong: each gets its refusal, and the server goes on.
. "$(dirname "$0")/serve.sh"
people
start
enter sara
send() { code=$(curl -s -o out -w '%{http_code}' -b cookies -H "X-CSRF-Token: $csrf" "$@") || :; }
long() { head -c "$1" /dev/zero | tr '\0' "${2:-a}"; }

behaviour "an address or headers beyond the server's room"
send "$mount/api/v1/$(long 60000)"
same "$code" 414 "a long address"
{ printf 'X-Long: '; long 60000; } >header
send -H @header "$mount/api/v1/worklog"
same "$code" 431 "a long header"
seq -f 'X-%g: y' 150 >header
send -H @header "$mount/api/v1/worklog"
same "$code" 431 "many headers"

behaviour "bodies: too large, of another type, broken, in chunks"
{ printf '{"name":"'; long 1100000; printf '"}'; } >large
send -H 'Content-Type: application/json' --data-binary @large "$mount/api/v1/prospects"
same "$code" 413 "a large body"
send -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' --data-binary @large "$mount/api/v1/prospects"
same "$code" 413 "a large body in chunks"
send -H 'Content-Type: text/plain' -d '{}' "$mount/api/v1/prospects"
same "$code" 415 "another media type"
send -H 'Content-Type: application/json' -d '{"name":' "$mount/api/v1/prospects"
same "$code" 400 "half a JSON text"
send -H 'Content-Type: application/json' -d "$(long 5000 '[')" "$mount/api/v1/prospects"
same "$code" 400 "deep JSON"
send -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' -d '{"name":"تکه‌تکه"}' "$mount/api/v1/prospects"
same "$code" 200 "a body in chunks"
send -X PUT -H 'Content-Type: application/json' -d '{}' "$mount/api/v1/worklog"
same "$code" 405 "another method"

behaviour "connections that are slow, broken off or talk nonsense"
python3 - "$port" "$(awk 'NR > 4 {printf "%s%s=%s", n++ ? "; " : "", $6, $7}' cookies)" "$csrf" <<'PY' || wrong "see above"
import socket, sys, threading
port, cookies, csrf = int(sys.argv[1]), sys.argv[2], sys.argv[3]
def connect(): return socket.create_connection(("127.0.0.1", port), timeout=10)
head = f"Host: x\r\nCookie: {cookies}\r\nX-CSRF-Token: {csrf}\r\nContent-Type: application/json\r\n"
post = "POST /crm/api/v1/prospects HTTP/1.1\r\n" + head
broken = [
    b"", b"\r\n\r\n", b"\0" * 500, b"GET", b"GET / HTTP/9.9\r\n\r\n", b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    (post + "Content-Length: 50\r\n\r\n{\"na").encode(), (post + "Content-Length: -1\r\n\r\n{}").encode(),
    (post + "Content-Length: 99999999999999999999\r\n\r\n{}").encode(),
    (post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n").encode(),
    (post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}").encode(),
    (post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x").encode(),
    ("GET /crm/api/v1/events/stream HTTP/1.1\r\n" + head + "\r\n").encode(),
]
for bytes_ in broken * 20:  # said, and gone
    s = connect()
    s.sendall(bytes_)
    s.close()
idle = [connect() for _ in range(200)]  # half-open ones do not keep others out
for s in idle: s.sendall(b"GET /crm/ HTTP/1.1\r\nHost: x\r\nX-Slow: ")
slow = connect()
request = (post + "Content-Length: 18\r\n\r\n{\"name\":\"patient\"}").encode()
for b in request: slow.sendall(bytes([b]))
answer = slow.recv(200)
if not answer.startswith(b"HTTP/1.1 200"): sys.exit(f"byte by byte: {answer!r}")
PY
get /session
same "$code" 200 "afterwards"
[ "$(grep -c . server.log)" -gt 0 ]
kill -0 "$server" || wrong "the server is gone"
get "/reps?text=patient"
same "$(jq '.items | length' out)" 1 "what came byte by byte"
stop
same "$status" 0 "how it ended"

behaviour "a client that never comes to an end is sent away, one that works is not"
start --patience 2
enter sara
python3 - "$port" "$(awk 'NR > 4 {printf "%s%s=%s", n++ ? "; " : "", $6, $7}' cookies)" "$csrf" <<'PY' || wrong "see above"
import socket, sys, time
port, cookies, csrf = int(sys.argv[1]), sys.argv[2], sys.argv[3]
def connect(): return socket.create_connection(("127.0.0.1", port), timeout=20)
head = f"Host: x\r\nCookie: {cookies}\r\nX-CSRF-Token: {csrf}\r\nContent-Type: application/json\r\n"
def drips(start, drop):  # goes on as long as it is listened to
    s = connect()
    s.sendall(start.encode())
    s.settimeout(0.1)
    for _ in range(200):
        try:
            s.sendall(drop.encode())
            if s.recv(500) == b"": return
        except socket.timeout: continue
        except OSError: return
    sys.exit(f"still listened to: {start[:40]!r}")
stream = connect()
stream.sendall(("GET /crm/api/v1/events/stream HTTP/1.1\r\n" + head + "\r\n").encode())
drips("GET /crm/ HTTP/1.1\r\nHost: x\r\n", "X-Drop: y\r\n")
drips("POST /crm/api/v1/prospects HTTP/1.1\r\n" + head + "Content-Length: 600\r\n\r\n{", " ")
drips("POST /crm/api/v1/prospects HTTP/1.1\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n")
half_open = connect()
if half_open.recv(1) != b"": sys.exit("a client that says nothing is kept")
stream.settimeout(1)  # it has been there all the time, and hears on
heard = stream.recv(4000)
if b"event: ready" not in heard: heard += stream.recv(4000)
stream.settimeout(0.5)
try:
    if stream.recv(1) == b"": sys.exit("the stream was sent away, too")
except socket.timeout: pass
PY
get /session
same "$code" 200 "afterwards"
stop
same "$status" 0 "how it ended"
finish
