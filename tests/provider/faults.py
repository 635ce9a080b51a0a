"""A server with every fault that a provider may have, one a path. Prints its port; runs until it is killed.
  faults.py plain | tls | deaf | full | socks    deaf: accepts and never says a word; full: does not even accept;
                                                 socks: a proxy that refuses; tls prints its certificate's file, too"""
import gzip, http.server, json, socket, socketserver, ssl, struct, subprocess, sys, tempfile, time

kind = sys.argv[1]
requests = taken = 0
connections = set()


class Faults(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *words):
        pass

    def answer(self, body, status=200, length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(b'%x\r\n%s\r\n' % (len(data), data))
        self.wfile.flush()

    def stream(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()

    def cut(self):
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def do_GET(self):
        global requests
        requests += 1
        connections.add(self.client_address)
        getattr(self, 'fault_' + self.path.strip('/').split('?')[0], self.fault_none)()

    def fault_fickle(self):  # answers the first request of a connection, and closes under the second, which it has read
        global taken
        taken += 1
        self.kept = getattr(self, 'kept', 0) + 1
        self.cut() if self.kept > 1 else self.answer(b'%d' % taken)

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        fault = getattr(self, 'fault_' + self.path.strip('/').split('?')[0], None)
        if fault:
            return fault()
        names = [part.split(b'"')[1].decode() for part in body.split(b'Content-Disposition: form-data; name=')[1:]]
        self.answer(json.dumps({'parts': names, 'length': len(body), 'expect': self.headers['Expect'],
                                'type': self.headers['Content-Type'].split(';')[0]}).encode())

    def fault_none(self):
        self.answer(b'fine')

    def fault_seen(self):
        self.answer(json.dumps([requests, len(connections)]).encode())

    def fault_headers(self):
        self.answer(json.dumps(dict(self.headers)).encode())

    def fault_drip(self):
        self.send_response(200)
        self.send_header('Content-Length', '100000')
        self.end_headers()
        for _ in range(100000):
            self.wfile.write(b'x')
            self.wfile.flush()
            time.sleep(0.1)

    def fault_stall(self):  # a beginning, then silence
        self.send_response(200)
        self.send_header('Content-Length', '100')
        self.end_headers()
        self.wfile.write(b'half')
        self.wfile.flush()
        time.sleep(60)

    def fault_headless(self):  # a head that does not end
        self.send_response(200)
        self.flush_headers()
        time.sleep(60)

    def fault_silence(self):
        time.sleep(60)

    def fault_cut(self):
        self.stream()
        self.chunk(b'data: one\n\n')
        self.cut()

    def fault_short(self):  # says a hundred, sends ten
        self.answer(b'0123456789', length=100)
        self.cut()

    def fault_bomb(self):
        self.answer(gzip.compress(bytes(200 << 20), 1), Content_Encoding='gzip')

    def fault_zipped(self):
        self.answer(gzip.compress(b'unpacked'), Content_Encoding='gzip')

    def fault_large(self):
        self.send_response(200)
        self.send_header('Connection', 'close')
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(bytes(1 << 20))
        except OSError:
            pass
        self.close_connection = True

    def fault_html(self):
        self.answer(b'<html><body>502 Bad Gateway</body></html>', 502, Content_Type='text/html')

    def fault_storm(self):
        self.answer(b'{"error":"slow down"}', 429, Retry_After='7')

    def fault_storm_ms(self):
        self.answer(b'{}', 429, retry_after_ms='1500')

    def fault_storm_date(self):
        self.send_response_only(429)
        self.send_header('Date', 'Sun, 22 Nov 2026 10:00:00 GMT')
        self.send_header('Retry-After', 'Sun, 22 Nov 2026 10:00:42 GMT')
        self.send_header('Content-Length', '0')
        self.end_headers()

    def fault_redirect(self):
        self.answer(b'moved', 302, Location='/none')

    def fault_endless(self):
        self.stream()
        try:
            while True:
                self.chunk(b': keep-alive\n\n')
                time.sleep(0.02)
        except OSError:
            pass

    def fault_stream(self):
        self.stream()
        for word in (b'one', b'two', b'three'):
            self.chunk(word)
            time.sleep(0.01)
        self.wfile.write(b'0\r\n\r\n')

    def fault_garbage(self):
        self.wfile.write(b'\x00\x01\x02 this is not HTTP\r\n\r\n')
        self.cut()

    def fault_chunks(self):  # a length that is none
        self.stream()
        self.wfile.write(b'zz\r\nabc\r\n')
        self.cut()

    def fault_reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.connection.close()
        self.close_connection = True

    def fault_half(self):  # says that it has said all, which was nothing, and listens on
        self.connection.shutdown(socket.SHUT_WR)
        time.sleep(60)

    def fault_heads(self):  # more headers than anybody wants
        self.send_response(200)
        for i in range(1500):
            self.send_header('X-%d' % i, 'y' * 60)
        self.send_header('Content-Length', '2')
        self.end_headers()
        self.wfile.write(b'ok')


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        pass


def self_signed():
    folder = tempfile.mkdtemp()
    cert, key = folder + '/cert', folder + '/key'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2',
                    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


def run(server, *words):
    print(server.server_address[1], *words, flush=True)
    server.serve_forever()


if kind == 'plain':
    run(Server(('127.0.0.1', 0), Faults))
elif kind == 'tls':
    context, cert = self_signed()
    server = Server(('127.0.0.1', 0), Faults)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    run(server, cert)
elif kind == 'deaf':
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    listener.listen(64)
    print(listener.getsockname()[1], flush=True)
    kept = []
    while True:
        kept.append(listener.accept())
elif kind == 'full':  # half-open: a queue that is full, so that no connection comes about
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    listener.listen(0)
    fill = [socket.socket() for _ in range(4)]
    for one in fill:
        one.setblocking(False)
        one.connect_ex(listener.getsockname())
    print(listener.getsockname()[1], flush=True)
    time.sleep(600)
elif kind == 'socks':  # that refuses everybody
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    listener.listen(64)
    print(listener.getsockname()[1], flush=True)
    while True:
        one, _ = listener.accept()
        one.recv(64)
        one.sendall(b'\x05\x00')
        one.recv(512)
        one.sendall(b'\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00')
        one.close()
else:
    sys.exit('what?')
