#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the netlink specification as tables in C, for tests that need to know
what a request may be:

    gen-spec-table.py SPEC >spec_gen.h
"""
import sys

import yaml

HEAD = """\
/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/nvmux.yaml */
/* gen-spec-table.py */
"""


def c_name(*words):
    return "_".join(words).upper().replace("-", "_")


def limits(spec, attr):
    """Least and greatest value of a number, greatest length of a text."""
    checks = attr.get("checks", {})
    if "max-len" in checks:
        return 0, checks["max-len"]
    if attr.get("enum-as-flags"):
        flags = next(d for d in spec["definitions"] if d["name"] == attr["enum"])
        return 0, (1 << len(flags["entries"])) - 1
    return checks.get("min", 0), checks.get("max", 0xffffffff)


def attribute(spec, group, attr):
    low, high = limits(spec, attr)
    kind = c_name("SPEC", attr["type"])
    mask = str(bool(attr.get("enum-as-flags"))).lower()
    return (f'	{{ {c_name("NVMUX_A", group["name"], attr["name"])}, '
            f'{kind}, {low}, 0x{high:x}, {mask} }},')


def attribute_sets(spec):
    for group in spec["attribute-sets"]:
        yield f'static const struct spec_attr spec_{group["name"]}_attrs[] = {{'
        for attr in group["attributes"]:
            yield attribute(spec, group, attr)
        yield "};\n"


def bits(op, mode):
    """The attributes that a request may have, as bits; 0 where none is looked at."""
    names = op.get(mode, {}).get("request", {}).get("attributes", [])
    return " | ".join(f'1ULL << {c_name("NVMUX_A", op["attribute-set"], n)}'
                      for n in names) or "0"


def operation(op):
    group = op["attribute-set"]
    return (f'	{{ "{op["name"]}", {c_name("NVMUX_CMD", op["name"])}, '
            f'{str("do" in op).lower()}, {str("dump" in op).lower()}, '
            f'{str("flags" in op).lower()},\n'
            f'	  spec_{group}_attrs, SPEC_SIZE(spec_{group}_attrs),\n'
            f'	  {bits(op, "do")},\n'
            f'	  {bits(op, "dump")} }},')


def operations(spec):
    yield "static const struct spec_op spec_ops[] = {"
    for op in spec["operations"]["list"]:
        if "notify" not in op:
            yield operation(op)
    yield "};"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    print(HEAD)
    print("\n".join(attribute_sets(spec)))
    print("\n".join(operations(spec)))


main()
