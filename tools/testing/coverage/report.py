#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prints which lines were reached, by file and by folder, and the refusals that were not.

    find . -name '*.gcda' | report.py UNREACHED

Runs in the build root with the tree at /src, where gcov is that of the
compiler. A line that several programs have counts as reached when one of them
has reached it. Headers, generated files and tests do not count.

UNREACHED, a YAML file, says why some refusals are not provoked. Exits with 1
when there are others. What is listed and provoked is told: a race may be won.
"""
import json
import os
import re
import subprocess
import sys
from collections import defaultdict

import yaml

TREE = "/src/"
COUNTED = ("kmod/", "userspace/")
LEFT_OUT = ("_gen.c", "/tests/", "/catalogue/")
REFUSAL = re.compile(r"\b(\w*refuse|request_fail)\([^;{]*;")
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


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


def refusals(name):
    """Line and text of each refusal in a file: calls, not definitions."""
    with open(TREE + name, encoding="utf-8") as source:
        text = source.read()
    for match in REFUSAL.finditer(text):
        words = TEXT.search(match[0])
        if words:
            yield text.count("\n", 0, match.start()) + 1, words[1]


def unprovoked(lines):
    """File and text of refusals whose line is there and was not reached."""
    for name in sorted(lines):
        for number, text in refusals(name):
            if lines[name].get(number) == 0:
                yield name, text


def known(path):
    with open(path, encoding="utf-8") as source:
        for name, texts in yaml.safe_load(source).items():
            for text in texts:
                yield name, text


def judge(found, listed):
    for name, text in sorted(found - listed):
        print(f"not provoked: {name}: {text}")
    for name, text in sorted(listed - found):
        print(f"listed, yet provoked: {name}: {text}")
    print(f"{len(found)} refusals not provoked, {len(found & listed)} of them with a reason")
    return 1 if found - listed else 0


def main():
    lines = collect(sys.stdin.read().split())
    table(lines)
    return judge(set(unprovoked(lines)), set(known(sys.argv[1])))


if __name__ == "__main__":
    sys.exit(main())
