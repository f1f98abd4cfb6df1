// SPDX-License-Identifier: GPL-2.0-only
/*
 * The libvirt hook: hands each event of a domain to nvmuxd and brings back
 * its word. Called as NAME OPERATION SUB EXTRA with the XML on stdin.
 *
 * Only prepare may say no. Any other operation ends with 0 whatever happens,
 * a crash included: libvirt kills the guest when a reconnect hook fails. No
 * call to libvirt is made from here, it waits for us. What migrate prints is
 * the domain that libvirt takes.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "basic/cleanup.h"
#include "basic/path.h"
#include "hook/devices.h"
#include "hook/exchange.h"
#include "hook/rewrite.h"

#define PROTOCOL_VERSION 1
#define DEADLINE_MS 2000

struct call {
	const char *domain, *operation, *sub, *extra;
	char *xml;
	size_t len;
	int64_t deadline;
};

static volatile sig_atomic_t crash_code;

static void on_crash(int sig)
{
	(void)sig;
	_exit(crash_code);
}

static void signals_setup(bool may_refuse)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGHUP };

	crash_code = may_refuse;
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		signal(fatal[i], on_crash);
	signal(SIGPIPE, SIG_IGN);
}

static int refuse(const char *format, const char *a, const char *b)
{
	fputs("nvmux: ", stderr);
	fprintf(stderr, format, a, b);
	fputc('\n', stderr);
	return 1;
}

static char *call_to_json(const struct call *c)
{
	struct json_object *o = json_object_new_object();
	char *line;

	json_object_object_add(o, "version", json_object_new_int(PROTOCOL_VERSION));
	json_object_object_add(o, "operation", json_object_new_string(c->operation));
	json_object_object_add(o, "sub", json_object_new_string(c->sub));
	json_object_object_add(o, "extra", json_object_new_string(c->extra));
	json_object_object_add(o, "domain", json_object_new_string(c->domain));
	json_object_object_add(o, "xml", json_object_new_string(c->xml ? c->xml : ""));
	line = strdup(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	return line;
}

/* What the daemon says. */
struct reply {
	char *error;		/* why not */
	struct json_object *map;	/* what UUIDs become, or NULL */
};

static void reply_clear(struct reply *r)
{
	free(r->error);
	json_object_put(r->map);
}

/* 1: yes, 0: no and why, -EBADMSG: neither */
static int reply_parse(const char *line, struct reply *ret)
{
	struct json_object *o = json_tokener_parse(line), *v;
	int r = -EBADMSG;

	if (o && json_object_object_get_ex(o, "ok", &v) &&
	    json_object_is_type(v, json_type_boolean))
		r = json_object_get_boolean(v);
	if (r == 0 && json_object_object_get_ex(o, "error", &v) &&
	    json_object_is_type(v, json_type_string))
		ret->error = strdup(json_object_get_string(v));
	if (r == 1 && json_object_object_get_ex(o, "map", &v) &&
	    json_object_is_type(v, json_type_object))
		ret->map = json_object_get(v);
	json_object_put(o);
	return r;
}

/* As reply_parse(), or what went wrong on the way. */
static int daemon_ask(const struct call *c, struct reply *ret)
{
	_cleanup_free_ char *line = call_to_json(c), *reply = NULL;
	_cleanup_free_ char *path = path_run("hook.sock");
	int err;

	if (!line || !path)
		return -ENOMEM;
	err = exchange_line(path, line, c->deadline, &reply);
	return err ? err : reply_parse(reply, ret);
}

static const char *trouble_text(int err)
{
	switch (-err) {
	case ENOENT:
	case ECONNREFUSED:
		return "nvmuxd is not running";
	case ETIMEDOUT:
		return "nvmuxd does not answer";
	case EBADMSG:
	case EFBIG:
		return "nvmuxd gave an answer that makes no sense";
	case ECONNRESET:
	case EPIPE:
		return "nvmuxd has ended meanwhile";
	default:
		return strerror(-err);
	}
}

static int prepare(const struct call *c)
{
	_cleanup_(reply_clear) struct reply reply = {};
	int r;

	r = daemon_ask(c, &reply);
	if (r == 0)
		return refuse("%s%s", reply.error ? reply.error : "refused without a reason", "");
	if (r < 0 && domain_needs_nvmux(c->xml ? c->xml : "", c->len))
		return refuse("%s; vm %s uses nvmux devices", trouble_text(r), c->domain);
	return 0;
}

/* No word on standard output means that the domain stays as it came. */
static void migrate(const struct call *c)
{
	_cleanup_(reply_clear) struct reply reply = {};
	_cleanup_free_ char *xml = NULL;

	if (daemon_ask(c, &reply) != 1 || !reply.map)
		return;
	if (domain_rewrite(c->xml ? c->xml : "", c->len, reply.map, &xml) == 0)
		puts(xml);
}

static void tell(const struct call *c)
{
	_cleanup_(reply_clear) struct reply reply = {};

	(void)daemon_ask(c, &reply);
}

static int hook(struct call *c)
{
	bool may_refuse = !strcmp(c->operation, "prepare");
	int err;

	signals_setup(may_refuse);
	c->deadline = clock_ms() + DEADLINE_MS;
	err = read_all(STDIN_FILENO, c->deadline, &c->xml, &c->len);
	if (may_refuse && err)
		return refuse("cannot read the xml of vm %s: %s", c->domain, strerror(-err));
	if (may_refuse)
		return prepare(c);
	if (!strcmp(c->operation, "migrate"))
		migrate(c);
	else
		tell(c);
	return 0;
}

int main(int argc, char **argv)
{
	struct call c = {};
	int code;

	if (argc < 3) {
		fputs("Usage: 50-nvmux DOMAIN OPERATION SUB EXTRA <XML\n"
		      "Called by libvirtd, see nvmuxd(8).\n", stderr);
		return 0;
	}
	c.domain = argv[1];
	c.operation = argv[2];
	c.sub = argc > 3 ? argv[3] : "-";
	c.extra = argc > 4 ? argv[4] : "-";
	code = hook(&c);
	free(c.xml);
	return code;
}
