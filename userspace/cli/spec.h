/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file that says what the host shall be. Its shape is that of the files of
 * NVIDIA's vgpu-device-manager and mig-parted, which administrators own
 * already, with mode, partition and policy added. See nvmux-spec(5).
 */
#ifndef NVMUX_CLI_SPEC_H
#define NVMUX_CLI_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "basic/cleanup.h"
#include "cli/fail.h"

/* @name: of a type, or of a profile */
struct spec_count {
	const char *name;
	uint32_t count;
};

/**
 * struct spec_entry - what some GPUs shall be
 * @line: where it begins in its file
 * @all: all GPUs that the filters let pass, else those of @devices
 * @devices: PCI addresses, or numbers in the order of addresses
 * @filters: PCI device and vendor ids, device << 16 | vendor; none: all pass
 * @mode: NULL: not said
 * @has_vgpus: @vgpus says which vGPUs there shall be, none where it is empty
 * @has_instances: the same for GPU instances that stay without vGPUs, by their profiles
 */
struct spec_entry {
	int line;
	bool all;
	const char **devices;
	size_t n_devices;
	uint32_t *filters;
	size_t n_filters;
	const char *mode;
	const char *partition;
	bool detach;
	bool force;
	bool when_idle;
	bool has_vgpus;
	struct spec_count *vgpus;
	size_t n_vgpus;
	bool has_instances;
	struct spec_count *instances;
	size_t n_instances;
};

struct spec_config {
	const char *label;
	struct spec_entry *entries;
	size_t n_entries;
};


struct spec {
	const char *policy;			/* NULL: not said */
	struct spec_config *configs;
	size_t n_configs;
	void *document;	/* owns all texts */
};

/*
 * @file: "-" reads standard input. Return: exit code; @ret is to be cleared
 * in any case. Unknown keys are refused with their line.
 */
int spec_read(const char *file, struct spec *ret, struct complaint *c);
int spec_parse(const char *name, const char *text, size_t len, struct spec *ret,
	       struct complaint *c);
void spec_clear(struct spec *spec);
#define _cleanup_spec_ _cleanup_(spec_clear)

/* @label: NULL is fine where there is only one. */
int spec_find(const struct spec *spec, const char *label, const struct spec_config **ret,
	      struct complaint *c);

#endif
