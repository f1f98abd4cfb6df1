#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every sentence that the module refuses with must stand in troubleshooting.rst.

Conversions of the format become any text there; what is missing is printed.
"""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = TOP / "Documentation/admin-guide/troubleshooting.rst"
CALL = re.compile(r'\b(?:nvmux_refuse|nvmux_nl_refuse|NL_SET_ERR_MSG)\((.*?)\);', re.DOTALL)
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
CONVERSION = re.compile(r"%[-#.0-9]*(?:ll)?[a-zA-Z]+")


def sentences():
    """Formats of all refusals with the file they stand in."""
    for path in sorted((TOP / "kmod").rglob("*.c")):
        if "sim" in path.relative_to(TOP / "kmod").parts:
            continue
        for call in CALL.finditer(path.read_text()):
            text = "".join(TEXT.findall(call.group(1))).replace('\\"', '"')
            if text and text != "%s":
                yield path.relative_to(TOP), text


def pattern(text):
    """A regular expression for how the page may write a format."""
    parts = [re.escape(part) for part in CONVERSION.split(text)]
    return re.compile(r"\S+".join(parts).replace(r"\ ", r"\s+"))


def main():
    page = PAGE.read_text()
    missing = [(path, text) for path, text in sentences() if not pattern(text).search(page)]
    for path, text in missing:
        print(f"{path}: not in {PAGE.name}: {text}")
    return 1 if missing else 0


sys.exit(main())
