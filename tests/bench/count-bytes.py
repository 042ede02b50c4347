#!/usr/bin/env python3
"""Counts what goes to an API server and comes back: count-bytes.py HOST PORT

Listens on a port of this machine, prints it, and passes every connection on as it is. When its standard input ends it prints
the bytes each way, `SENT RECEIVED`, and ends. What is counted is all of TCP's payload: the data with its TLS, websocket and
tar frames, and every request beside it.
"""

import contextlib
import socket
import sys
import threading

PIECE = 1 << 16


class Tally:
    def __init__(self):
        self._lock = threading.Lock()
        self._bytes = {"sent": 0, "received": 0}

    def add(self, way, count):
        with self._lock:
            self._bytes[way] += count

    def __str__(self):
        with self._lock:
            return "{sent} {received}".format(**self._bytes)


def pass_on(source, sink, way, tally):
    """Until either end closes; the end of one direction is passed on, the other goes on by itself."""
    try:
        while piece := source.recv(PIECE):
            sink.sendall(piece)
            tally.add(way, len(piece))
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One of them was cut: the other has to notice, and who reads from it in the other direction.
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def serve(listener, address, tally):
    while True:
        client, _ = listener.accept()
        try:
            server = socket.create_connection(address, timeout=10)
        except OSError as error:
            print(f"no connection to {address}: {error}", file=sys.stderr)
            client.close()
            continue
        server.settimeout(None)
        for ends in ((client, server, "sent"), (server, client, "received")):
            threading.Thread(target=pass_on, args=(*ends, tally), daemon=True).start()


def main(host, port):
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    tally = Tally()
    threading.Thread(target=serve, args=(listener, (host, int(port)), tally), daemon=True).start()
    sys.stdin.read()
    print(tally)


if __name__ == "__main__":
    main(*sys.argv[1:])
