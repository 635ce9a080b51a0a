"""How long a change in the host's database takes to an event stream of another process.

latency.py MARFACRM CONFIG SOCKET DATABASE WITHIN COUNT STATEMENT: runs STATEMENT ({n} counts) in one psql that stays
open, each time waits for the event on `marfacrm events --follow`, and prints the times in milliseconds. Ends with 1
where an event does not come WITHIN seconds; only the first, which waits until all is started, may take longer."""
import json
import queue
import subprocess
import sys
import threading
import time

PATIENCE = 20  # with the first


def main(marfacrm, config, socket, database, within, count, statement):
    command = [marfacrm, "--config", config, "events", "--json", "--entity", "rep"]
    before = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    after = json.loads(before[-1])["seq"] if before else 0
    events = subprocess.Popen([*command, "--follow", "--after", str(after)], stdout=subprocess.PIPE, text=True)
    sql = subprocess.Popen(["psql", "-qXtA", "-h", socket, "-U", "postgres", "-d", database],
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    arrived = queue.Queue()

    def listen():
        for line in events.stdout:
            arrived.put((time.monotonic(), json.loads(line)["seq"]))
    threading.Thread(target=listen, daemon=True).start()
    times, seqs = [], []
    try:
        for n in range(count + 1):
            while not arrived.empty():
                arrived.get()
            started = time.monotonic()
            sql.stdin.write(statement.replace("{n}", str(n)) + ";\n")
            sql.stdin.flush()
            at, seq = arrived.get(timeout=within if n else PATIENCE)
            if n:
                times.append((at - started) * 1000)
            seqs.append(seq)
            time.sleep(0.02 + 0.007 * (n % 13))  # not in step with anybody's pause
    except queue.Empty:
        print(f"change {n} of {count} reached no event stream in {within if n else PATIENCE} s", file=sys.stderr)
        return 1
    finally:
        sql.stdin.close()
        sql.wait()
        events.terminate()
        events.wait()
    if seqs != sorted(seqs):
        print(f"out of order: {seqs}", file=sys.stderr)
        return 1
    times.sort()
    print(json.dumps({"database": database, "changes": count, "p50_ms": round(times[len(times) // 2], 1),
                      "p99_ms": round(times[-1 - len(times) // 100], 1), "most_ms": round(times[-1], 1)}))
    return 0


sys.exit(main(*sys.argv[1:5], float(sys.argv[5]), int(sys.argv[6]), sys.argv[7]))
