#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Passes KTAP through and counts test cases; the last line is the sum.

    ... | ktap.py

Test programs run by kselftest's runner print their cases with "# " before
them, and the runner adds a line per program. A case counts once: those of a
program if it has any, else the program itself. What is promised by a plan and
never comes has failed, so a machine that dies cannot pass. Where a line says
"# once more: ", what the last plan has promised is promised anew.
"""
import re
import sys

CASE = re.compile(r"^(# )?(not )?ok\b(.*)$")
PLAN = re.compile(r"^(# )?1\.\.(\d+)")
PROGRAM = re.compile(r"^ \d+ selftests: \S+ (\S+)")
BEGIN = re.compile(r"^# selftests: \S+ (\S+)")
AGAIN = "# once more: "
SKIP = re.compile(r"#\s*SKIP", re.IGNORECASE)


class Program:
    """Cases of one test program while it runs."""

    def __init__(self, name):
        self.name = name
        self.seen = 0
        self.failed = 0
        self.plan = None


class Count:
    def __init__(self):
        self.passed = 0
        self.failures = []
        self.skipped = 0
        self.program = None
        self.programs_left = 0
        self.left_before_plan = 0
        self.plan_follows = False

    def case(self, bad, rest, name):
        if bad:
            self.failures.append(name)
        elif SKIP.search(rest):
            self.skipped += 1
        else:
            self.passed += 1

    def inner(self, bad, rest):
        program = self.program
        program.seen += 1
        program.failed += bad
        self.case(bad, rest, f"{program.name}:{rest}")

    def program_end(self, bad, rest, name):
        """The runner's word on a program, beside what the program said itself."""
        program = self.program or Program(name)
        self.program = None
        self.programs_left -= 1
        if not program.seen:
            self.case(bad, rest, name)
            return
        missing = (program.plan or 0) - program.seen
        if program.plan is None:
            self.failures.append(f"{name}: told no plan")
        for _ in range(missing):
            self.failures.append(f"{name}: a case never came")
        if bad and not program.failed and missing <= 0:
            self.failures.append(f"{name}:{rest}")

    def plan(self, prefix, number):
        if prefix and self.program:
            self.program.plan = number
        elif not prefix and self.plan_follows:
            self.left_before_plan = self.programs_left
            self.programs_left += number

    def again(self):
        """The machine crashed; what is behind a program that ended comes again."""
        self.program = None
        self.programs_left = self.left_before_plan

    def line(self, line):
        follows, self.plan_follows = self.plan_follows, line.startswith("TAP version")
        if line.startswith(AGAIN):
            self.again()
        elif begin := BEGIN.match(line):
            self.program = Program(begin.group(1))
        elif plan := PLAN.match(line):
            self.plan_follows = follows
            self.plan(plan.group(1), int(plan.group(2)))
            self.plan_follows = False
        elif case := CASE.match(line):
            prefix, bad, rest = case.group(1), bool(case.group(2)), case.group(3)
            program = PROGRAM.match(rest)
            if prefix and self.program:
                self.inner(bad, rest)
            elif not prefix and program:
                self.program_end(bad, rest, program.group(1))
            elif not prefix:
                self.case(bad, rest, rest.strip())

    def end(self):
        if self.program:
            self.program_end(True, " never ended", self.program.name)
        for _ in range(self.programs_left):
            self.failures.append("a test program never ran")


def main():
    count = Count()
    sys.stdin.reconfigure(errors="replace")
    for line in sys.stdin:
        print(line, end="", flush=True)
        count.line(line.rstrip("\n"))
    count.end()
    for failure in count.failures:
        print(f"# failed: {failure}")
    print(f"{count.passed} passed, {len(count.failures)} failed, {count.skipped} skipped")
    return 1 if count.failures or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
