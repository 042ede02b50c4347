"""What app and worker share: an HTTP endpoint beside background work, and an end as soon as SIGTERM comes."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2


class Tally:
    """What the background work has done so far; read by other threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._rows_written = 0
        self._failures = 0
        self._last_error = None

    def wrote(self, rows):
        with self._lock:
            self._rows_written += rows
            self._last_error = None

    def failed(self, error):
        with self._lock:
            self._failures += 1
            self._last_error = str(error).strip()

    def as_dict(self):
        with self._lock:
            return {"rows_written": self._rows_written, "failures": self._failures, "last_error": self._last_error}


def keep_doing(work, tally, stop, pause):
    """Runs `work` (returns rows written) again and again, `pause` seconds apart, until `stop` is set. A database error is
    noted, printed when it is a new one, and tried again."""
    while not stop.is_set():
        try:
            tally.wrote(work())
        except psycopg2.Error as error:
            if str(error).strip() != tally.as_dict()["last_error"]:
                print(f"database: {str(error).strip()}", flush=True)
            tally.failed(error)
        stop.wait(pause)


def json_server(routes, port):
    """An HTTP server of `routes`: path -> function that returns (status, object)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            route = routes.get(self.path)
            status, body = route() if route else (404, {"error": "no such path"})
            text = json.dumps(body).encode() + b"\n"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            """Probes come every second: silent."""

    server = ThreadingHTTPServer(("", port), Handler)
    server.daemon_threads = True
    return server


def healthz(database, query):
    """A route that is well only if `query` worked just now."""

    def route():
        try:
            with database.transaction() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '2s'")
                cursor.execute(query)
                cursor.fetchone()
        except psycopg2.Error as error:
            return 503, {"status": "unavailable", "error": str(error).strip()}
        return 200, {"status": "ok"}

    return route


def serve_until_stopped(routes, work, tally, pause):
    """Serves HTTP and works in the background until SIGTERM or SIGINT; a transaction under way is then left to the server
    to roll back, which it does when the process ends."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = json_server(routes, int(os.environ.get("PORT", "8080")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=keep_doing, args=(work, tally, stop, pause), daemon=True).start()
    stop.wait()
    server.shutdown()
