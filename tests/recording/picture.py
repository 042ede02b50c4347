"""What a terminal showed, as an SVG that moves: lines come and go by CSS, one animation scrolls.

Where nothing moves (a printer, a reader who asked for that) the last screen stands still.
"""

import re
from collections.abc import Iterator
from html import escape

WIDTH, HEIGHT, BASE = 8.4, 18, 13
"""Of a character in pixels, and where in it the letters stand."""
EDGE = 14
COLOURS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd"}

Run = tuple[int, str, str]
"""Column, text, class."""


def runs(line: str) -> list[Run]:
    """A line with escape sequences, cut where its look changes."""
    found, column, colour, weight = [], 0, "", ""
    for part in re.split(r"(\x1b\[[\d;]*m)", line.rstrip()):
        codes = re.fullmatch(r"\x1b\[([\d;]*)m", part)
        if codes is None:
            text = part.rstrip() if not part.strip() else part
            if text:
                found.append((column, text, " ".join(filter(None, (colour, weight)))))
            column += len(part)
            continue
        for code in (int(c or 0) for c in codes[1].split(";")):
            if code == 0:
                colour = weight = ""
            elif code in (1, 2):
                weight = "bd"[code - 1]
            elif code == 22:
                weight = ""
            elif code == 39:
                colour = ""
            elif code in COLOURS:
                colour = f"c{code}"
    return found


def text(row: int, line: str, look: str) -> str:
    """One line of the transcript. `textLength` keeps the columns, whatever the reader's font is."""
    spans = []
    for column, words, style in runs(line):
        kind = f' class="{style}"' if style else ""
        # Columns apart: not every reader keeps several spaces.
        for part in re.finditer(r"\S+(?: \S+)*", words):
            place = f'x="{(column + part.start()) * WIDTH:g}" textLength="{len(part[0]) * WIDTH:g}"'
            spans.append(f"<tspan {place}{kind}>{escape(part[0], quote=False)}</tspan>")
    return f'<text y="{row * HEIGHT + BASE}"{look}>{"".join(spans)}</text>' if spans else ""


def lifetimes(seen: list[tuple[float, int, list[str]]], end: float) -> Iterator[tuple[int, str, float, float]]:
    """(line of the transcript, content, from, to) in seconds."""
    now: dict[int, tuple[str, float]] = {}
    for at, scrolled, screen in seen:
        for row, line in enumerate(screen, start=scrolled):
            before, since = now.get(row, ("", 0.0))
            if before != line:
                if before:
                    yield row, before, since, at
                now[row] = (line, at)
    for row, (line, since) in now.items():
        if line:
            yield row, line, since, end


def picture(seen: list[tuple[float, int, list[str]]], columns: int, rows: int, title: str) -> str:
    """The whole file."""
    end = seen[-1][0]

    def percent(at: float) -> str:
        return f"{100 * at / end:.2f}".rstrip("0").rstrip(".") + "%"

    names: dict[tuple[str, str], str] = {}
    lines = []
    for row, line, since, until in lifetimes(seen, end):
        span = (percent(since), percent(until))
        if span[0] == span[1]:
            continue
        name = names.setdefault(span, f"k{len(names)}")
        still = "" if until == end else ' visibility="hidden"'
        lines.append(text(row, line, f' class="k {name}"{still}'))
    appear = []
    for (since, until), name in names.items():
        gone = "" if until == "100%" else f"{until}{{visibility:hidden}}"
        appear.append(f"@keyframes {name}{{0%{{visibility:hidden}}{since}{{visibility:visible}}{gone}}}.{name}{{animation-name:{name}}}")
    steps, last = [], -1
    for at, scrolled, _ in seen:
        if scrolled != last:
            steps.append(f"{percent(at) if last >= 0 else '0%'}{{transform:translateY({-scrolled * HEIGHT}px)}}")
            last = scrolled
    width, height = columns * WIDTH + 2 * EDGE, rows * HEIGHT + 2 * EDGE
    colours = "".join(f".c{code}{{fill:{colour}}}" for code, colour in COLOURS.items())
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img">
<title>{escape(title)}</title>
<style>
text{{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}}
.b{{font-weight:bold}}.d{{opacity:.6}}{colours}
.k,#s{{animation:{end:.1f}s step-end infinite}}
{"".join(appear)}
@keyframes s{{{"".join(steps)}}}#s{{animation-name:s}}
@media(prefers-reduced-motion){{.k,#s{{animation:none}}}}
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117" stroke="#30363d"/>
<svg x="{EDGE}" y="{EDGE}" width="{columns * WIDTH:g}" height="{rows * HEIGHT}"><g id="s" transform="translate(0 {-last * HEIGHT})">
{"".join(line + chr(10) for line in lines if line)}</g></svg>
</svg>
"""
