// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls to nvmuxd over the system bus, and what their errors mean to the
 * caller of the command.
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
	{ SD_BUS_ERROR_ACCESS_DENIED, CODE_FAILED, "not permitted" },
	{ SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, CODE_FAILED,
	  "not permitted" },
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

static int explain_errno(struct complaint *c, int err)
{
	switch (-err) {
	case ETIMEDOUT:
		return complain(c, CODE_TIMEOUT, "nvmuxd did not answer in time");
	case ENOENT:
	case ECONNREFUSED:
	case ECONNRESET:
	case ENOTCONN:
	case EPIPE:
		return complain(c, CODE_UNREACHABLE, NOT_RUNNING);
	case ENXIO:
	case EBADMSG:
		return complain(c, CODE_FAILED, "cannot understand the answer of nvmuxd");
	default:
		return complain(c, CODE_FAILED, "cannot talk to nvmuxd: %s", strerror(-err));
	}
}

int bus_explain(struct complaint *c, int err, const sd_bus_error *error)
{
	const struct error_meaning *meaning;

	if (!error || !error->name || !strncmp(error->name, "System.Error.", 13))
		return explain_errno(c, err);
	meaning = meaning_of(error->name);
	if (meaning && meaning->text)
		return complain(c, meaning->code, "%s", meaning->text);
	return complain(c, meaning ? meaning->code : CODE_FAILED, "%s",
			error->message ? error->message : error->name);
}

int bus_fail(int err, const sd_bus_error *error)
{
	struct complaint c;

	bus_explain(&c, err, error);
	return fail_complaint(&c);
}

int bus_try_open(sd_bus **ret, struct complaint *c)
{
	int r;

	r = sd_bus_open_system(ret);
	/* polkit may ask the person who waits for us */
	if (r >= 0)
		r = sd_bus_set_allow_interactive_authorization(*ret, 1);
	return r < 0 ? explain_errno(c, r) : CODE_OK;
}

int bus_open(sd_bus **ret)
{
	struct complaint c;

	return bus_try_open(ret, &c) ? fail_complaint(&c) : CODE_OK;
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

static int callv(sd_bus *bus, const struct method *method, sd_bus_message **ret,
		 sd_bus_error *error, const char *types, va_list ap)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	int r;

	r = call_build(bus, method, &m, types, ap);
	return r < 0 ? r : sd_bus_call(bus, m, method->seconds * 1000000ULL, error, ret);
}

int bus_try_callv(sd_bus *bus, const struct method *method, sd_bus_message **ret,
		  struct complaint *c, const char *types, va_list ap)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = callv(bus, method, ret, &error, types, ap);
	return r < 0 ? bus_explain(c, r, &error) : CODE_OK;
}

int bus_try_call(sd_bus *bus, const struct method *method, sd_bus_message **ret,
		 struct complaint *c, const char *types, ...)
{
	va_list ap;
	int code;

	va_start(ap, types);
	code = bus_try_callv(bus, method, ret, c, types, ap);
	va_end(ap);
	return code;
}

int bus_call(sd_bus *bus, const struct method *method, sd_bus_message **ret,
	     const char *types, ...)
{
	struct complaint c;
	va_list ap;
	int code;

	va_start(ap, types);
	code = bus_try_callv(bus, method, ret, &c, types, ap);
	va_end(ap);
	return code ? fail_complaint(&c) : CODE_OK;
}

char *bus_object_path(const char *kind, const char *id)
{
	char *path, *c;

	if (asprintf(&path, "%s/%s/%s", BUS_ROOT, kind, id) < 0)
		return NULL;
	for (c = path + strlen(path) - strlen(id); *c; c++)
		*c = isalnum((unsigned char)*c) ? tolower((unsigned char)*c) : '_';
	return path;
}

/* The bus's own sentence about an object that is not there is none for people. */
int bus_explain_object(struct complaint *c, const char *kind, const char *id, int err,
		       const sd_bus_error *error)
{
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_UNKNOWN_OBJECT))
		return complain(c, CODE_NOT_FOUND, "no %s %s", kind, id);
	return bus_explain(c, err, error);
}

int bus_call_object(sd_bus *bus, const struct object *object, const char *name,
		    sd_bus_message **ret, const char *types, ...)
{
	_cleanup_free_ char *path = bus_object_path(object->kind, object->id);
	const struct method method = { path, object->interface, name, object->seconds };
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	struct complaint c;
	va_list ap;
	int r;

	if (!path)
		return fail_memory();
	va_start(ap, types);
	r = callv(bus, &method, ret, &error, types, ap);
	va_end(ap);
	if (r >= 0)
		return CODE_OK;
	bus_explain_object(&c, object->kind, object->id, r, &error);
	return fail_complaint(&c);
}
