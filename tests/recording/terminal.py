"""A terminal that can be typed on and looked at: a pane of a tmux server of its own."""

import subprocess
import time

TICK = 0.25
"""Seconds between two looks."""


class Terminal:
    """Keeps what the pane showed: (seconds, lines scrolled out, screen with its colours as escape sequences)."""

    def __init__(self, columns: int, rows: int, environment: dict[str, str]):
        self.seen: list[tuple[float, int, list[str]]] = []
        self.begun = time.monotonic()
        settings = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), *settings,
                   "bash", "--norc", "--noprofile")
        self._tmux("set-option", "-g", "status", "off")
        self._tmux("set-option", "-g", "history-limit", "10000")

    def close(self) -> None:
        self._tmux("kill-server")

    def type(self, text: str) -> None:
        """As a person does, and Enter."""
        for letter in text:
            self._tmux("send-keys", "-l", letter)
            self.look()
            time.sleep(0.03)
        self.rest(0.4)
        self._tmux("send-keys", "Enter")

    def look(self) -> str:
        """The line of the cursor, up to the cursor."""
        answer = self._tmux("display-message", "-p", "#{history_size} #{cursor_x} #{cursor_y}", ";",
                            "capture-pane", "-p", "-e", ";", "capture-pane", "-p")
        head, *lines = answer.split("\n")
        scrolled, column, row = map(int, head.split())
        coloured, plain = lines[:len(lines) // 2], lines[len(lines) // 2:]
        self.seen.append((time.monotonic() - self.begun, scrolled, coloured))
        return plain[row].ljust(column)[:column]

    def rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            time.sleep(TICK)

    def wait_for(self, ending: str, limit: float) -> None:
        """Until the line of the cursor ends so."""
        end = time.monotonic() + limit
        while not self.look().endswith(ending):
            if time.monotonic() > end:
                raise TimeoutError(f"waited {limit} s in vain for {ending!r}:\n" + "\n".join(self.seen[-1][2]))
            time.sleep(TICK)

    @staticmethod
    def _tmux(*arguments: str) -> str:
        done = subprocess.run(["tmux", "-L", "quetzal-recording", *arguments], check=True, capture_output=True, text=True)
        return done.stdout.removesuffix("\n")
