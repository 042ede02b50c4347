"""The way to the database: a pool whose connections may be cut at any moment.

The settings come from the environment as libpq knows them (PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD), so that no
password stands in an argument list.
"""

import threading
from contextlib import contextmanager

import psycopg2
from psycopg2.pool import ThreadedConnectionPool

# How long a connection may take to be made, and how long a server may be silent: a cut network then ends in an error.
LIMITS = {
    "connect_timeout": 3,  # seconds
    "keepalives_idle": 5,  # seconds
    "keepalives_interval": 2,  # seconds
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,  # milliseconds
}
IDLE, MOST = 2, 6  # connections kept open; connections at once

CUT = (psycopg2.OperationalError, psycopg2.InterfaceError)


class Database:
    """A pool made when the database first answers; a connection that was cut is replaced when it is next wanted."""

    def __init__(self, application_name):
        self._application_name = application_name
        self._pool = None
        self._making = threading.Lock()

    @contextmanager
    def transaction(self):
        """Yields a cursor; commits at the end, rolls back on an exception. Raises psycopg2.Error, also when the database
        can't be reached; the caller decides whether and when to try again."""
        pool = self._made_pool()
        connection = living_connection(pool)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            pool.putconn(connection)

    def _made_pool(self):
        with self._making:
            if self._pool is None:
                self._pool = ThreadedConnectionPool(IDLE, MOST, application_name=self._application_name, **LIMITS)
            return self._pool


def living_connection(pool):
    """A connection that just answered. Dead ones are thrown away; when none is left the pool makes a new one, and its
    failure is raised."""
    for _ in range(IDLE):
        connection = pool.getconn()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT")
            return connection
        except CUT:
            pool.putconn(connection, close=True)
    return pool.getconn()
