#!/usr/bin/env python3
"""Runs a command and writes what it took: measure.py RESULT.json COMMAND...

The peak is the command's own resident memory, as the kernel counts it. A process starts as a copy of its parent, so that the
few MiB of this one are the least that it can say.
"""

import json
import os
import sys
import time


def main(result, command):
    begin = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - begin
    with open(result, "w") as file:
        json.dump({"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_bytes": usage.ru_maxrss * 1024}, file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    code = main(sys.argv[1], sys.argv[2:])
    sys.exit(code if code >= 0 else 128 - code)
