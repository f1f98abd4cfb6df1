#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Reads standard input as the two readers of nvmux metrics do, and prints nothing when both can.

The strict one is that of OpenMetrics. The other one reads the older text format: what the
textfile collector of node_exporter refuses there is checked besides, because this parser takes it.
"""
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

TYPES = {"counter", "gauge", "summary", "histogram", "untyped"}

text = sys.stdin.read()
families = list(openmetrics(text))
samples = sum(len(family.samples) for family in families)
if samples < 20:
    sys.exit(f"only {samples} samples")
if sum(len(family.samples) for family in plain(text)) != samples:
    sys.exit("the older format reads other samples")
for line in text.splitlines():
    if line.startswith("# TYPE ") and line.split()[3] not in TYPES:
        sys.exit(f"node_exporter does not take: {line}")
