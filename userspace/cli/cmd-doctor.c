// SPDX-License-Identifier: GPL-2.0-only
/* nvmux doctor: runs all checks, prints what they found. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "basic/file.h"
#include "basic/path.h"
#include "cli/bus.h"
#include "cli/doctor.h"
#include "cli/verbs.h"

#ifndef NVMUX_VERSION
#define NVMUX_VERSION "0.1"
#endif

#define FIELD(field) .offset = offsetof(struct finding, field)

static const struct column finding_columns[] = {
	{ "VERDICT", NULL, "verdict", NULL, KIND_TEXT, FIELD(verdict) },
	{ "CHECK", NULL, "check", NULL, KIND_TEXT, FIELD(check) },
	{ "TEXT", NULL, "text", NULL, KIND_TEXT, FIELD(text) },
	{}
};

const struct noun finding_noun = { "findings", finding_columns, sizeof(struct finding) };

void doctor_say(struct doctor *d, const char *verdict, const char *check, const char *format, ...)
{
	struct finding *f = records_add(&finding_noun, &d->findings);
	va_list ap;
	int n;

	if (!f) {
		d->failed = true;
		return;
	}
	va_start(ap, format);
	n = vasprintf(&f->text, format, ap);
	va_end(ap);
	if (n < 0)
		f->text = NULL;
	f->verdict = strdup(verdict);
	f->check = strdup(check);
	d->failed |= !f->text || !f->verdict || !f->check;
}

void doctor_read_sys(char *buf, size_t size, const char *format, ...)
{
	_cleanup_free_ char *path = NULL, *below = NULL;
	va_list ap;
	int n;

	buf[0] = '\0';
	va_start(ap, format);
	n = vasprintf(&below, format, ap);
	va_end(ap);
	if (n < 0) {
		below = NULL;
		return;
	}
	path = path_sys("%s", below);
	if (!path || file_read_line(path, buf, size))
		buf[0] = '\0';
}

static bool is_display(const char *address)
{
	char vendor[16], class[16];

	doctor_read_sys(vendor, sizeof(vendor), "bus/pci/devices/%s/vendor", address);
	doctor_read_sys(class, sizeof(class), "bus/pci/devices/%s/class", address);
	return !strcmp(vendor, "0x10de") &&
	       (!strncmp(class, "0x0300", 6) || !strncmp(class, "0x0302", 6));
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void doctor_find_gpus(struct doctor *d)
{
	_cleanup_free_ char *dir = path_sys("bus/pci/devices");
	struct strset all = {};

	if (!dir || file_list(dir, &all) == -ENOMEM)
		d->failed = true;
	for (size_t i = 0; i < all.n; i++)
		if (is_display(all.items[i]) && strset_add(&d->gpus, all.items[i]))
			d->failed = true;
	strset_clear(&all);
	if (d->gpus.n)
		qsort(d->gpus.items, d->gpus.n, sizeof(d->gpus.items[0]), compare_names);
}

void doctor_clear(struct doctor *d)
{
	records_clear(&finding_noun, &d->findings);
	strset_clear(&d->gpus);
}

/* The daemon is asked last, so that a host without one is told all else. */
static void check_daemon(struct doctor *d)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_bus_ sd_bus *bus = NULL;
	_cleanup_free_ char *version = NULL;
	struct complaint c;
	int r;

	if (bus_try_open(&bus, &c)) {
		doctor_say(d, "fail", "daemon", "%s", c.text);
		return;
	}
	r = sd_bus_get_property_string(bus, BUS_NAME, BUS_ROOT, BUS_MANAGER, "Version", &error,
				       &version);
	if (r < 0) {
		bus_explain(&c, r, &error);
		doctor_say(d, "fail", "daemon", "%s", c.text);
	} else if (strcmp(version, NVMUX_VERSION)) {
		doctor_say(d, "warn", "daemon", "nvmuxd is version %s, this command %s: restart nvmuxd",
			   version, NVMUX_VERSION);
	} else {
		doctor_say(d, "ok", "daemon", "nvmuxd runs, version %s", version);
	}
}

static int worst(const struct records *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *f = records_get(&finding_noun, findings, i);

		if (f->verdict && !strcmp(f->verdict, "fail"))
			return CODE_FAILED;
	}
	return CODE_OK;
}

int cmd_doctor(const struct args *a)
{
	static void (*const checks[])(struct doctor *d) = {
		doctor_iommu, doctor_groups, doctor_console, doctor_modules, doctor_udev,
		doctor_modprobe, doctor_cmdline, doctor_services, doctor_hook, doctor_mdevctl,
		check_daemon,
	};
	struct doctor d = {};
	int code;

	doctor_find_gpus(&d);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](&d);
	code = d.failed ? fail_memory() : output_list(&a->output, &finding_noun, &d.findings);
	if (!code)
		code = output_end(&a->output);
	if (!code)
		code = worst(&d.findings);
	doctor_clear(&d);
	return code;
}
