#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Validates each JSON text of standard input, one per line, against a schema."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as f:
    validator = jsonschema.Draft202012Validator(json.load(f))
lines = [line for line in sys.stdin if line.strip()]
for line in lines:
    # which of the alternatives is meant: the one whose array is there
    document = json.loads(line)
    validator.validate(document)
    schemas = [s for s in validator.schema["anyOf"]
               if set(s["required"]) - {"version"} <= set(document)]
    jsonschema.Draft202012Validator({"anyOf": schemas}).validate(document)
sys.exit(0 if lines else "nothing to validate")
