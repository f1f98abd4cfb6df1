#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prints which lines were reached, by file and by folder.

    find /src -name '*.gcda' | report.py [--refusals]

Runs in the build root with the tree at /src, where gcov is that of the
compiler. A line that several programs have counts as reached when one of them
has reached it. Headers, generated files and tests do not count.
"""
import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict

TREE = "/src/"
COUNTED = ("kmod/", "userspace/", "tools/guest/")
LEFT_OUT = ("_gen.c", "/tests/", "/catalogue/")
REFUSAL = ("refuse(", "request_fail(", "refusal(")


def gcov(path):
    out = subprocess.run(["gcov", "--json-format", "--stdout", path], check=True,
                         cwd=os.path.dirname(path), capture_output=True)
    for line in out.stdout.splitlines():
        yield json.loads(line)


def name_of(data, entry):
    """Path in the tree, None for what is not counted."""
    path = os.path.normpath(os.path.join(data["current_working_directory"], entry["file"]))
    name = path.removeprefix(TREE)
    if name == path or not name.endswith(".c") or not name.startswith(COUNTED):
        return None
    return None if any(part in name for part in LEFT_OUT) else name


def collect(paths):
    lines = defaultdict(lambda: defaultdict(int))
    for path in paths:
        for data in gcov(path):
            for entry in data["files"]:
                name = name_of(data, entry)
                for line in entry["lines"] if name else ():
                    lines[name][line["line_number"]] += line["count"]
    return lines


def percent(hit, total):
    return f"{100 * hit / total:5.1f}" if total else "    -"


def table(lines):
    folders = defaultdict(lambda: [0, 0])
    print(f"{'file':44} lines  reached      %")
    for name in sorted(lines):
        total, hit = len(lines[name]), sum(1 for n in lines[name].values() if n)
        print(f"{name:44} {total:5} {hit:8}  {percent(hit, total)}")
        for folder in (os.path.dirname(name), name.split("/")[0], "all"):
            folders[folder][0] += hit
            folders[folder][1] += total
    print()
    for folder, (hit, total) in sorted(folders.items()):
        print(f"{folder:44} {total:5} {hit:8}  {percent(hit, total)}")


def refusals(lines):
    print("\nrefusals that nobody has provoked:")
    for name in sorted(lines):
        with open(TREE + name, encoding="utf-8") as source:
            text = source.readlines()
        for number, count in sorted(lines[name].items()):
            line = text[number - 1].strip()
            if not count and any(word in line for word in REFUSAL):
                print(f"{name}:{number}: {line}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refusals", action="store_true")
    args = parser.parse_args()
    lines = collect(sys.stdin.read().split())
    table(lines)
    if args.refusals:
        refusals(lines)


if __name__ == "__main__":
    main()
