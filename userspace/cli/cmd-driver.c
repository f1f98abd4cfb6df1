// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux driver check: NVIDIA has three packages of one version for one
 * system, and each works in one place only. They are told apart by their
 * names, as NVIDIA gives them.
 */
#include <string.h>

#include "basic/cleanup.h"
#include "cli/fail.h"
#include "cli/verbs.h"

enum package { PACKAGE_NONE, PACKAGE_DATA_CENTRE, PACKAGE_GRID, PACKAGE_HOST };

struct check {
	char *driver;
	char *package;
	char *place;
	char *verdict;
	char *text;
};

#define FIELD(field) .offset = offsetof(struct check, field)

static const struct column check_columns[] = {
	{ NULL, "Driver", "driver", NULL, KIND_TEXT, FIELD(driver) },
	{ NULL, "Package", "package", NULL, KIND_TEXT, FIELD(package) },
	{ NULL, "Belongs", "belongs", NULL, KIND_TEXT, FIELD(place) },
	{ NULL, "Verdict", "verdict", NULL, KIND_TEXT, FIELD(verdict) },
	{ NULL, "Text", "text", NULL, KIND_TEXT, FIELD(text) },
	{}
};

const struct noun driver_noun = { "drivers", check_columns, sizeof(struct check) };

/* The first that is part of the name counts: what is special stands before what is general. */
static const struct {
	const char *part;
	enum package package;
} names[] = {
	{ "-vgpu-kvm", PACKAGE_HOST },
	{ "vgpu-manager", PACKAGE_HOST },
	{ "nvidia-vgpu-", PACKAGE_HOST },
	{ "-grid", PACKAGE_GRID },
	{ "_grid", PACKAGE_GRID },
	{ "nvidia-linux-", PACKAGE_DATA_CENTRE },
	{ "data-center", PACKAGE_DATA_CENTRE },
	{ "nvidia-driver", PACKAGE_DATA_CENTRE },
	{ "cuda-drivers", PACKAGE_DATA_CENTRE },
};

static const struct {
	const char *name;
	const char *place;
} packages[] = {
	[PACKAGE_DATA_CENTRE] = { "data-centre", "the host, or a VM with a whole GPU" },
	[PACKAGE_GRID] = { "grid", "a VM with a vGPU or with a whole GPU" },
	[PACKAGE_HOST] = { "vgpu-kvm", "the host" },
};

/* What to say about a package in a VM with a device of this mode; NULL: it belongs there. */
static const char *objection(enum package package, const char *mode)
{
	if (package == PACKAGE_HOST)
		return "this is the driver of a host that shares GPUs by NVIDIA's own manager; in a VM it "
		       "does not work, and beside nvmux it takes GPUs that are in host mode";
	if (package == PACKAGE_DATA_CENTRE && !strcmp(mode, "vgpu"))
		return "the data-centre driver does not know vGPUs: take the grid driver of the same version";
	return NULL;
}

static const char *hint(enum package package, const char *mode)
{
	if (!strcmp(mode, "vgpu"))
		return "vGPUs of nvmux have no engines yet, see maturity: no NVIDIA driver does work in them";
	if (package == PACKAGE_GRID)
		return "what it can do beyond the data-centre driver needs a licence";
	return NULL;
}

static enum package find_package(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcasestr(name, names[i].part))
			return names[i].package;
	return PACKAGE_NONE;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int check_print(const struct args *a, const char *name, enum package package)
{
	const char *bad = objection(package, a->mode);
	const struct check check = {
		.driver = (char *)name,
		.package = (char *)packages[package].name,
		.place = (char *)packages[package].place,
		.verdict = (char *)(bad ? "refused" : "ok"),
		.text = (char *)(bad ? bad : hint(package, a->mode)),
	};
	int code;

	code = output_show(&a->output, &driver_noun, &check);
	if (!code)
		code = output_end(&a->output);
	return code ? code : bad ? CODE_POLICY : CODE_OK;
}

int cmd_driver_check(const struct args *a)
{
	const char *name = base_name(a->words[0]);
	enum package package = find_package(name);

	if (!a->mode)
		return fail_usage("driver check needs --mode vgpu or --mode passthrough");
	if (strcmp(a->mode, "vgpu") && strcmp(a->mode, "passthrough"))
		return fail_usage("driver check is for --mode vgpu or passthrough, not %s", a->mode);
	if (!package)
		return fail(CODE_NOT_FOUND, "%s is not the name of an NVIDIA driver package", name);
	return check_print(a, name, package);
}
