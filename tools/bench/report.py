#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tells what run.py has measured.

    report.py table RESULTS.json	one table; status 1 when a row misses its target
    report.py page RESULTS.json		the page Documentation/benchmarks.rst

The ratio of a row is the median of the ratios of its rounds, so that noise
which hits both sides of a round hits no ratio; the spread is the range in
which the middle half of them lies.
"""
import json
import statistics
import sys

SCALES = {
    "us": ((1e6, "s"), (1e3, "ms"), (1, "us"), (1e-3, "ns")),
    "bytes": ((1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")),
    "MiB/s": ((1024, "GiB/s"), (1, "MiB/s")),
}


def human(value, unit):
    """Three digits with the unit that fits."""
    for scale, name in SCALES[unit]:
        if value >= scale:
            break
    return f"{value / scale:.3g} {name}" if value / scale < 1000 else f"{value / scale:.0f} {name}"


def number(ratio):
    """Two digits behind the point, or two that count where that says nothing."""
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


class Row:
    """One row of the results, with what follows from its rounds."""

    def __init__(self, data):
        self.data = data
        self.name = data["name"]
        self.rounds = data.get("figures", [])
        self.ratios = sorted(pair[0] / pair[1] for pair in self.rounds if len(pair) == 2)

    def median(self, side):
        values = [pair[side] for pair in self.rounds if len(pair) > side]
        return human(statistics.median(values), self.data["unit"]) if values else "-"

    def ratio(self):
        return number(statistics.median(self.ratios)) if self.ratios else "-"

    def spread(self):
        if len(self.ratios) < 2:
            return "-"
        low, _, high = statistics.quantiles(self.ratios, n=4, method="inclusive")
        return f"{number(low)}-{number(high)}"

    def target(self):
        if "at-most" in self.data:
            return f"<= {self.data['at-most']}"
        return f">= {self.data['at-least']}" if "at-least" in self.data else "-"

    def verdict(self):
        if "skipped" in self.data:
            return "SKIP"
        if not self.rounds:
            return "FAIL"
        if self.target() == "-":
            return "-"
        return "ok" if self.holds() else "FAIL"

    def holds(self):
        if not self.ratios:
            return False
        ratio = statistics.median(self.ratios)
        return self.data.get("at-least", ratio) <= ratio <= self.data.get("at-most", ratio)

    def cells(self):
        return [self.name, self.median(0), self.median(1), self.ratio(), self.spread(),
                self.target(), self.verdict()]


HEAD = ["row", "ours", "peer", "ratio", "half within", "target", ""]


def widths(lines):
    return [max(len(line[i]) for line in lines) for i in range(len(HEAD))]


def machine(results):
    about = results["machine"]
    return (f"{about['date']}, commit {about['commit']}, kernel {about['kernel']}, "
            f"{about['cpus']} CPUs, {about['accelerator']}")


def table(results, rows):
    lines = [HEAD] + [row.cells() for row in rows]
    columns = widths(lines)
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, columns)).rstrip())
    for row in rows:
        for key in ("skipped", "failed"):
            if key in row.data:
                print(f"{row.name} {key}: {row.data[key]}")
    print(machine(results))


INTRO = """.. SPDX-License-Identifier: GPL-2.0-only
.. Made by tools/bench/bench.sh --keep; do not edit.

Benchmarks
==========

nvmux beside what people use for the same work today, side by side in one boot of the test VM:
``make bench``. Both sides of a row are measured in turns; *ratio* is the median of the ratios of
all rounds, and half of these lie *within* the range. ``BENCH=<globs>`` picks rows.

All boards are simulated, so the figures say what the software costs, not what boards do. Times
are those of the machine below, and only their ratios mean something elsewhere. An emulated CPU
(QEMU TCG) is many times slower than a real one, at starting programs above all, and other work of
the machine comes in between: the wider the range of a row, the more of that. Where a run
takes less than some milliseconds, each side runs five times in a round and its best run counts.

A row that misses its target says FAIL.
"""


def page(results, rows):
    print(INTRO)
    print(f"Measured: {machine(results)}.\n")
    lines = [HEAD[:-1] + ["verdict"]] + [row.cells() for row in rows]
    columns = widths(lines)
    rule = " ".join("=" * width for width in columns)
    print(rule)
    for n, line in enumerate(lines):
        print(" ".join(cell.ljust(width) for cell, width in zip(line, columns)).rstrip())
        if n == 0:
            print(rule)
    print(f"{rule}\n\nWhat each side does\n-------------------\n")
    for row in rows:
        describe(row.data, len(row.rounds))


def describe(row, rounds):
    print(f"{row['name']}\n   {row['what']}, {rounds} rounds.\n")
    print(f"   * ours: {row['ours']}")
    if "peer" in row:
        print(f"   * peer: {row['peer']}")
    for key in ("skipped", "failed", "note"):
        if key in row:
            print(f"   * {key}: {row[key]}")
    print()


def main():
    with open(sys.argv[2], encoding="utf-8") as text:
        results = json.load(text)
    rows = [Row(data) for data in results["rows"]]
    if sys.argv[1] == "page":
        page(results, rows)
        return 0
    table(results, rows)
    return int(not rows or any(row.verdict() == "FAIL" for row in rows))


sys.exit(main())
