"""The demo's worker: claims a query, works on it inside one long transaction, commits, takes the next.

Its locks and its session stand in the way of whoever drops, renames or alters what it works on.

GET /healthz  200 only if a query on the database worked just now, else 503
GET /count    rows written by this process, its last error
"""

import os
import time

from database import Database
from service import Tally, healthz, serve_until_stopped

TRANSACTION_SECONDS = float(os.environ.get("TRANSACTION_SECONDS", "20"))
STEPS = 20
PAUSE = 1.0  # seconds

CLAIM = """
    UPDATE queries SET status = 'running', started_at = clock_timestamp(), finished_at = NULL
    WHERE id = (SELECT id FROM queries WHERE status <> 'running' ORDER BY status, finished_at NULLS FIRST, id
                LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id
"""
REVIEW = """
    UPDATE metadata SET doc = jsonb_set(doc, '{review}', to_jsonb(%(query)s))
    WHERE id = (SELECT id FROM metadata WHERE id >= 1 + (%(query)s * 37 + %(step)s) %% 400 ORDER BY id
                LIMIT 1 FOR UPDATE SKIP LOCKED)
"""
FINISH = "UPDATE queries SET status = 'done', finished_at = clock_timestamp() WHERE id = %s"


def review_one_query(database):
    """Returns the number of rows written, 0 when there was no query to claim."""
    with database.transaction() as cursor:
        cursor.execute(CLAIM)
        claimed = cursor.fetchone()
        if claimed is None:
            return 0
        rows = 2
        for step in range(STEPS):
            cursor.execute(REVIEW, {"query": claimed[0], "step": step})
            rows += cursor.rowcount
            time.sleep(TRANSACTION_SECONDS / STEPS)
        cursor.execute(FINISH, claimed)
        return rows


def main():
    database = Database("quetzal-worker")
    tally = Tally()
    routes = {"/healthz": healthz(database, "SELECT FROM queries LIMIT 1"), "/count": lambda: (200, tally.as_dict())}
    serve_until_stopped(routes, lambda: review_one_query(database), tally, PAUSE)


if __name__ == "__main__":
    main()
