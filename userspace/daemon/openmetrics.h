/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * OpenMetrics text, as far as gauges and counters need it. Families are written one after the
 * other, each with all its samples, and openmetrics_end() last.
 */
#ifndef NVMUX_DAEMON_OPENMETRICS_H
#define NVMUX_DAEMON_OPENMETRICS_H

#include <stdint.h>
#include <stdio.h>

#define OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct metric_label {
	const char *name;
	const char *value;	/* NULL counts as empty */
};

/* For one sample; ends with a label without name. */
#define METRIC_LABELS(...) ((const struct metric_label[]){ __VA_ARGS__, {} })

void openmetrics_gauge(FILE *f, const char *name, const char *unit, const char *help);
void openmetrics_counter(FILE *f, const char *name, const char *unit, const char *help);

/* @name: of its family, for a counter with "_total" */
void openmetrics_sample(FILE *f, const char *name, const struct metric_label *labels,
			uint64_t value);
void openmetrics_end(FILE *f);

#endif
