#!/usr/bin/env python3
"""Appends a result, one line of JSON: record.py RESULTS NAME=TEXT NAME:=JSON PART.NAME:=JSON ..."""

import json
import sys


def main(results, arguments):
    record = {}
    for argument in arguments:
        name, text = argument.split("=", 1)
        value = text
        if name.endswith(":"):
            name, value = name[:-1], json.loads(text)
        *parents, leaf = name.split(".")
        into = record
        for parent in parents:
            into = into.setdefault(parent, {})
        into[leaf] = value
    # One write of one line: a run that is cut leaves no half of it behind.
    with open(results, "a") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
