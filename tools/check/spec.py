#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The netlink specification is one, says the kernel's schema.

    spec.py SCHEMA
"""
import sys

import jsonschema
import yaml

SPEC = "Documentation/netlink/specs/nvmux.yaml"


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


for error in jsonschema.Draft7Validator(read(sys.argv[1])).iter_errors(read(SPEC)):
    print(f"{SPEC}: {'/'.join(map(str, error.path))}: {error.message}")
