#!/usr/bin/env python3
"""Writes the README's table of restore's times anew, from benches/REPORT.md: between its two markers."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parents[2]
BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
CLASSIC = ("fc", "fd")


def variants(section):
    """Of one set's table: name of the variant -> {column: text}."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    heads = rows[0]
    return {row[0].strip("`"): dict(zip(heads, row)) for row in rows[2:]}


def row(name, section):
    found = variants(section)
    text = re.search(r"^(\S+ \S+) of plain text", section, re.MULTILINE)[1]
    # The first of ours is the one that is judged; the others show what more or fewer sessions do.
    ours = next(columns for variant, columns in found.items() if variant.startswith("ours"))
    classic = min((float(found[v]["s, median"]) for v in CLASSIC if v in found), default=None)
    return [name, text, found["psql"]["s, median"], "" if classic is None else f"{classic:.1f}", ours["s, median"], ours["down, s"]]


def table(report):
    sections = re.findall(r"^## Set (.+)\n\n((?:(?!^## ).*\n)*)", report, re.MULTILINE)
    heads = ["data", "plain text", "by hand, s", "`pg_restore -j`, s", "`restore`, s", "of that the application is down, s"]
    rows = [heads, ["---", *["---:"] * (len(heads) - 1)], *(row(name, section) for name, section in sections)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def main():
    readme = ROOT / "README.md"
    text = readme.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        sys.exit(f"readme.py: README.md has not one {BEGIN} and one {END}")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    readme.write_text(f"{head}{BEGIN}\n{table((ROOT / 'benches/REPORT.md').read_text())}\n{END}{tail}")


if __name__ == "__main__":
    main()
