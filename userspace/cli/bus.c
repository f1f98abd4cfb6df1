// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls to nvmuxd over the system bus, and what their errors mean to the
 * caller of the command. Knows no noun.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "cli/bus.h"
#include "cli/fail.h"

#define NOT_RUNNING "nvmuxd is not running (start it with: systemctl start nvmuxd)"

/* How an error is told: by the message it carries, or by a sentence of ours. */
struct error_meaning {
	const char *name;	/* one that ends in a dot stands for all below it */
	enum code code;
	const char *text;	/* NULL: the message of the error */
};

/* The first that fits counts. */
static const struct error_meaning meanings[] = {
	{ "org.nvmux1.Error.NotFound", CODE_NOT_FOUND, NULL },
	{ "org.nvmux1.Error.Busy", CODE_BUSY, NULL },
	{ "org.nvmux1.Error.Policy", CODE_POLICY, NULL },
	{ "org.nvmux1.Error.Pending", CODE_PENDING, NULL },
	{ "org.nvmux1.Error.Unreachable", CODE_UNREACHABLE, NULL },
	{ "org.nvmux1.Error.Timeout", CODE_TIMEOUT, NULL },
	{ "org.nvmux1.Error.", CODE_FAILED, NULL },
	{ SD_BUS_ERROR_NO_REPLY, CODE_TIMEOUT, "nvmuxd gave no answer" },
	{ SD_BUS_ERROR_TIMEOUT, CODE_TIMEOUT, "nvmuxd did not answer in time" },
	{ "org.freedesktop.DBus.Error.TimedOut", CODE_TIMEOUT, "nvmuxd did not start in time" },
	{ SD_BUS_ERROR_UNKNOWN_OBJECT, CODE_NOT_FOUND, NULL },
	{ SD_BUS_ERROR_ACCESS_DENIED, CODE_FAILED, "not permitted: this needs root" },
	{ SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, CODE_FAILED,
	  "not permitted: this needs root" },
	{ SD_BUS_ERROR_SERVICE_UNKNOWN, CODE_UNREACHABLE, NOT_RUNNING },
	{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, CODE_UNREACHABLE, NOT_RUNNING },
	{ SD_BUS_ERROR_NO_SERVER, CODE_UNREACHABLE, NOT_RUNNING },
	{ SD_BUS_ERROR_DISCONNECTED, CODE_UNREACHABLE, NOT_RUNNING },
	{ SD_BUS_ERROR_FILE_NOT_FOUND, CODE_UNREACHABLE, NOT_RUNNING },
	{ "org.freedesktop.DBus.Error.Spawn.", CODE_UNREACHABLE, NOT_RUNNING },
	{ "org.freedesktop.systemd1.", CODE_UNREACHABLE, NOT_RUNNING },
};

static bool meaning_fits(const struct error_meaning *meaning, const char *name)
{
	size_t n = strlen(meaning->name);

	if (meaning->name[n - 1] == '.')
		return !strncmp(meaning->name, name, n);
	return !strcmp(meaning->name, name);
}

static const struct error_meaning *meaning_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meaning_fits(&meanings[i], name))
			return &meanings[i];
	return NULL;
}

static int fail_errno(int err)
{
	switch (-err) {
	case ETIMEDOUT:
		return fail(CODE_TIMEOUT, "nvmuxd did not answer in time");
	case ENOENT:
	case ECONNREFUSED:
	case ECONNRESET:
	case ENOTCONN:
	case EPIPE:
		return fail(CODE_UNREACHABLE, NOT_RUNNING);
	case ENXIO:
	case EBADMSG:
		return fail(CODE_FAILED, "cannot understand the answer of nvmuxd");
	default:
		return fail(CODE_FAILED, "cannot talk to nvmuxd: %s", strerror(-err));
	}
}

int bus_fail(int err, const sd_bus_error *error)
{
	const struct error_meaning *meaning;

	if (!error || !sd_bus_error_is_set(error) || !strncmp(error->name, "System.Error.", 13))
		return fail_errno(err);
	meaning = meaning_of(error->name);
	if (meaning && meaning->text)
		return fail(meaning->code, "%s", meaning->text);
	return fail(meaning ? meaning->code : CODE_FAILED, "%s",
		    error->message ? error->message : error->name);
}

int bus_open(sd_bus **ret)
{
	int r;

	r = sd_bus_open_system(ret);
	return r < 0 ? fail_errno(r) : CODE_OK;
}

static int call_build(sd_bus *bus, const struct method *method, sd_bus_message **ret,
		      const char *types, va_list ap)
{
	int r;

	r = sd_bus_message_new_method_call(bus, ret, BUS_NAME, method->path, method->interface,
					   method->name);
	if (r >= 0 && *types)
		r = sd_bus_message_appendv(*ret, types, ap);
	return r;
}

int bus_call(sd_bus *bus, const struct method *method, sd_bus_message **ret,
	     const char *types, ...)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_message_ sd_bus_message *m = NULL;
	va_list ap;
	int r;

	va_start(ap, types);
	r = call_build(bus, method, &m, types, ap);
	va_end(ap);
	if (r >= 0)
		r = sd_bus_call(bus, m, method->seconds * 1000000ULL, &error, ret);
	return r < 0 ? bus_fail(r, &error) : CODE_OK;
}

char *bus_path(const char *kind, const char *id)
{
	char *path, *c;

	if (asprintf(&path, "%s/%s/%s", BUS_ROOT, kind, id) < 0)
		return NULL;
	for (c = path + strlen(path) - strlen(id); *c; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	return path;
}
