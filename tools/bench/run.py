#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the rows of a table and writes what they measured, as JSON.

    run.py ROWS.yaml RESULTS.json

BENCH=<globs> picks rows by name, ROUNDS=<n> overrides how often each is run.
A row that cannot be measured here ends with status 4 and says why; one that
ends with another status, or prints something else than figures, has failed.
"""
import fnmatch
import json
import os
import platform
import statistics
import subprocess
import sys
import time

import yaml

SKIP = 4
TIMEOUT = 900  # seconds, of an emulated CPU


def cpu():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def machine():
    return {
        "kernel": platform.release(),
        "cpu": cpu(),
        "cpus": os.cpu_count(),
        "accelerator": os.environ.get("BENCH_ACCEL", "unknown"),
        "commit": os.environ.get("BENCH_COMMIT", "unknown"),
        "date": time.strftime("%Y-%m-%d"),
    }


def figures(row, text):
    """Lines of figures, as many in each as the row has sides. What is left of a difference may be
    less than nothing in a round, but not in half of them; two sides are divided."""
    sides = 2 if "peer" in row else 1
    rounds = [[float(word) for word in line.split()] for line in text.splitlines()]
    if not rounds or any(len(values) != sides for values in rounds):
        raise ValueError("it did not print figures")
    if any(statistics.median(side) <= 0 for side in zip(*rounds)):
        raise ValueError("it measured less than nothing")
    if sides == 2 and any(min(values) <= 0 for values in rounds):
        raise ValueError("it measured nothing in a round")
    return rounds


def shell(command, rounds):
    return subprocess.run(["bash", "-c", command], env={**os.environ, "ROUNDS": rounds},
                          stdout=subprocess.PIPE, text=True, timeout=TIMEOUT, check=False)


class Host:
    """How rows find the host: made so before each row, but once for neighbours that agree."""

    def __init__(self, default):
        self.default = default
        self.last = None

    def prepare(self, row):
        command = row.get("before", self.default)
        if command == self.last and command != self.default:
            return
        self.last = None
        if shell(command, "1").returncode:
            raise ValueError("the host could not be prepared")
        self.last = command


def run(row, host):
    host.prepare(row)
    rounds = os.environ.get("ROUNDS") or str(row["rounds"])
    done = shell(row["run"], rounds)
    if done.returncode == SKIP:
        return {"skipped": (done.stdout.splitlines() or ["no reason"])[-1]}
    if done.returncode:
        raise ValueError(f"it ended with status {done.returncode}")
    return {"figures": figures(row, done.stdout)}


def measure(row, host):
    """The row with what came of it; nothing that one row does ends the others."""
    begin = time.monotonic()
    try:
        result = run(row, host)
    except (ValueError, subprocess.TimeoutExpired) as error:
        result = {"failed": str(error)}
    print(f"{row['name']}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    return {**row, **result}


def main():
    with open(sys.argv[1], encoding="utf-8") as table:
        table = yaml.safe_load(table)
    globs = (os.environ.get("BENCH") or "*").split()
    host = Host(table["before"])
    rows = [measure(row, host) for row in table["rows"]
            if any(fnmatch.fnmatch(row["name"], glob) for glob in globs)]
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        json.dump({"version": 1, "machine": machine(), "rows": rows}, out, indent=1)
        out.write("\n")


main()
