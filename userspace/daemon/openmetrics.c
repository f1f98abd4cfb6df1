// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two readers must understand the same text: those of OpenMetrics, and the textfile collector of
 * node_exporter, which reads the older text format of Prometheus. So what a thing is, is a gauge
 * of 1: the older format knows no type "info", and refuses a file in which it stands.
 */
#include <inttypes.h>
#include <stdbool.h>

#include <libxml/xmlstring.h>

#include "openmetrics.h"

static void put_family(FILE *f, const char *name, const char *type, const char *unit,
		       const char *help)
{
	fprintf(f, "# TYPE nvmux_%s %s\n", name, type);
	if (unit)
		fprintf(f, "# UNIT nvmux_%s %s\n", name, unit);
	fprintf(f, "# HELP nvmux_%s %s\n", name, help);
}

void openmetrics_gauge(FILE *f, const char *name, const char *unit, const char *help)
{
	put_family(f, name, "gauge", unit, help);
}

void openmetrics_counter(FILE *f, const char *name, const char *unit, const char *help)
{
	put_family(f, name, "counter", unit, help);
}

/* Both formats want UTF-8, and escape backslash, quote and newline. */
static void put_label(FILE *f, const struct metric_label *label, bool first)
{
	const char *value = label->value ? label->value : "";
	bool good = xmlCheckUTF8((const unsigned char *)value);

	fprintf(f, "%s%s=\"", first ? "" : ",", label->name);
	for (const char *c = value; *c; c++) {
		if (!good && *c & 0x80)
			fputc('?', f);
		else if (*c == '\n')
			fputs("\\n", f);
		else if (*c == '\\' || *c == '"')
			fprintf(f, "\\%c", *c);
		else
			fputc(*c, f);
	}
	fputc('"', f);
}

void openmetrics_sample(FILE *f, const char *name, const struct metric_label *labels,
			uint64_t value)
{
	fprintf(f, "nvmux_%s", name);
	for (const struct metric_label *l = labels; l->name; l++) {
		if (l == labels)
			fputc('{', f);
		put_label(f, l, l == labels);
	}
	fprintf(f, "%s %" PRIu64 "\n", labels->name ? "}" : "", value);
}

void openmetrics_end(FILE *f)
{
	fputs("# EOF\n", f);
}
