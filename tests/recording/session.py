"""The session that the README shows, typed on a real terminal against a real cluster.

session.py NAMESPACE FILE: the environment has the plugin on PATH and its kubeconfig. What is shown is what happened, at
the speed at which it happened; only the typing is ours.
"""

import os
import pathlib
import subprocess
import sys

from picture import picture
from terminal import Terminal

COLUMNS, ROWS = 104, 32
PROMPT = "$ "
RELEASE = "demo"
TITLE = "kubectl quetzal-db: a backup, damage, a restore that shows its plan and asks, status, and the way back"
LIMIT = 300
"""Seconds that a command may take."""


def main() -> None:
    namespace, file = sys.argv[1:]
    damage = pathlib.Path(__file__).parents[1] / "demo/damage.sh"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "KUBECONFIG")}
    terminal = Terminal(COLUMNS, ROWS, {**kept, "PS1": PROMPT, "TERM": "screen", "LANG": "C.UTF-8"})
    try:
        play(terminal, [str(damage), namespace])
    finally:
        terminal.close()
    pathlib.Path(file).write_text(picture(terminal.seen, COLUMNS, ROWS, TITLE), encoding="utf-8")


def play(terminal: Terminal, damage: list[str]) -> None:
    terminal.wait_for(PROMPT, LIMIT)

    def run(command: str, pause: float) -> None:
        terminal.type(command)
        terminal.wait_for(PROMPT, LIMIT)
        terminal.rest(pause)

    run("kubectl quetzal-db backup", 1)
    run("kubectl quetzal-db list", 1.5)
    terminal.type("# now a bad migration: a table dropped, rows deleted, a role changed")
    subprocess.run(damage, check=True, capture_output=True, env={**os.environ, "KUBECONFIG": os.environ["ADMIN_KUBECONFIG"]})
    terminal.rest(1)
    terminal.type("kubectl quetzal-db restore latest")
    terminal.wait_for("to go on: ", LIMIT)
    terminal.rest(6)
    terminal.type(RELEASE)
    terminal.wait_for(PROMPT, LIMIT)
    terminal.rest(4)
    run("kubectl quetzal-db status", 4)
    terminal.type("kubectl quetzal-db rollback   # if that was a mistake")
    terminal.wait_for("to go on: ", LIMIT)
    terminal.rest(2)
    terminal.type(RELEASE)
    terminal.wait_for(PROMPT, LIMIT)
    terminal.rest(5)


if __name__ == "__main__":
    main()
