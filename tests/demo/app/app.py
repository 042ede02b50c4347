"""The demo's application: reads and writes the quetzal database all the time, and says over HTTP how that goes.

GET /healthz  200 only if a query on the database worked just now, else 503
GET /count    rows written by this process, its last error (null when the last write worked), rows in the table
"""

import json
import socket

import psycopg2

from database import Database
from service import Tally, healthz, serve_until_stopped

ROWS_AT_ONCE = 3
PAUSE = 0.5  # seconds

ADD = "INSERT INTO activity (source, detail) SELECT %s, %s FROM generate_series(1, %s)"
LOOK = """
    SELECT w.id, w.name, count(q.id) FROM workspaces AS w LEFT JOIN queries AS q ON q.workspace_id = w.id
    GROUP BY w.id ORDER BY w.id LIMIT 5
"""


def main():
    database = Database("quetzal-app")
    tally = Tally()

    def look_and_write():
        with database.transaction() as cursor:
            cursor.execute(LOOK)
            seen = cursor.fetchall()
            cursor.execute(ADD, (socket.gethostname(), json.dumps({"workspaces": len(seen)}), ROWS_AT_ONCE))
            return cursor.rowcount

    def count():
        answer = {"table": "activity", "rows": None, **tally.as_dict()}
        try:
            with database.transaction() as cursor:
                cursor.execute("SELECT count(*) FROM activity")
                answer["rows"] = cursor.fetchone()[0]
        except psycopg2.Error as error:
            return 503, {**answer, "last_error": str(error).strip()}
        return 200, answer

    routes = {"/healthz": healthz(database, "SELECT FROM workspaces, activity LIMIT 1"), "/count": count}
    serve_until_stopped(routes, look_and_write, tally, PAUSE)


if __name__ == "__main__":
    main()
