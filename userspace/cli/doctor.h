/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What keeps a host from doing its job, found before it hurts. Reads files
 * only, all below one root, and changes nothing.
 */
#ifndef NVMUX_CLI_DOCTOR_H
#define NVMUX_CLI_DOCTOR_H

#include <stdbool.h>

#include "basic/strset.h"
#include "cli/column.h"

/**
 * struct finding - one line of the doctor
 * @verdict: ok, note, warn or fail
 * @check: what was looked at, such as iommu
 */
struct finding {
	char *verdict;
	char *check;
	char *text;
};

extern const struct noun finding_noun;

/* What the checks have found, and what they look at in common. */
struct doctor {
	struct records findings;
	struct strset gpus;	/* addresses of the NVIDIA display functions */
	bool failed;		/* without memory */
};

/* @verdict, @check: as in struct finding */
void doctor_say(struct doctor *d, const char *verdict, const char *check, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* First line of a file below sysfs, empty when there is none. */
void doctor_read_sys(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void doctor_find_gpus(struct doctor *d);
void doctor_clear(struct doctor *d);

/* doctor-host.c */
void doctor_iommu(struct doctor *d);
void doctor_groups(struct doctor *d);
void doctor_console(struct doctor *d);
void doctor_modules(struct doctor *d);

/* doctor-rules.c: who else wants to decide about drivers */
void doctor_udev(struct doctor *d);
void doctor_modprobe(struct doctor *d);
void doctor_cmdline(struct doctor *d);
void doctor_services(struct doctor *d);

/* doctor-libvirt.c */
void doctor_hook(struct doctor *d);
void doctor_mdevctl(struct doctor *d);

#endif
