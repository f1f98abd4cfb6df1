// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux plan, apply, assert: a file that says what the host shall be, beside
 * what it is. Nothing is done when something is known to be refused; what
 * is refused on the way ends it, and the rest is told as left.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/change.h"
#include "cli/define.h"
#include "cli/diff.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

/* A file, the host, and the difference. */
struct matter {
	struct session session;
	struct spec spec;
	struct records types;
	struct records definitions;
	char *policy;
	struct records changes;
};

static void matter_clear(struct matter *m)
{
	session_close(&m->session);
	spec_clear(&m->spec);
	records_clear(&type_noun, &m->types);
	records_clear(&definition_noun, &m->definitions);
	records_clear(&change_noun, &m->changes);
	free(m->policy);
}

static int get_policy(struct matter *m)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_get_property_string(m->session.bus, BUS_NAME, BUS_ROOT, BUS_MANAGER, "Policy",
				       &error, &m->policy);
	return r < 0 ? bus_fail(r, &error) : CODE_OK;
}

static int get_host(struct matter *m)
{
	struct complaint c;
	int code;

	code = session_open(&m->session);
	if (!code)
		code = get_policy(m);
	if (!code)
		code = definitions_get(m->session.bus, &m->definitions);
	if (code)
		return code;
	return world_try_types(m->session.bus, "", &m->types, &c) ? fail_complaint(&c) : CODE_OK;
}

static int matter_begin(struct matter *m, const struct args *a)
{
	const struct spec_config *config;
	struct diff_host host = {
		.world = &m->session.world,
		.types = &m->types,
		.definitions = &m->definitions,
	};
	struct complaint c;
	int code;

	if (!a->file)
		return fail_usage("a file is needed, -f FILE");
	if (spec_read(a->file, &m->spec, &c) || spec_find(&m->spec, a->config, &config, &c))
		return fail_complaint(&c);
	code = get_host(m);
	if (code)
		return code;
	host.policy = m->policy;
	return diff_build(&host, &m->spec, config, &m->changes) ? fail_memory() : CODE_OK;
}

static int matter_print(const struct matter *m, const struct args *a)
{
	int code = CODE_OK;

	if (m->changes.n || a->output.json)
		code = output_list(&a->output, &change_noun, &m->changes);
	return code ? code : output_end(&a->output);
}

int cmd_plan(const struct args *a)
{
	_cleanup_(matter_clear) struct matter m = {};
	int code;

	code = matter_begin(&m, a);
	if (!code)
		code = matter_print(&m, a);
	return code ? code : diff_code(&m.changes);
}

int cmd_assert(const struct args *a)
{
	_cleanup_(matter_clear) struct matter m = {};
	int code;

	code = matter_begin(&m, a);
	if (!code)
		code = matter_print(&m, a);
	return code ? code : m.changes.n ? CODE_FAILED : CODE_OK;
}

/* Making the changes. */

/*
 * A change that has been begun goes on without us, so we wait for its end and account for it: the
 * signals that mean "end" are looked at between two changes.
 */
static void hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

static bool is_interrupted(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
}

/* What waits for its holder is not a refusal; the rest of that GPU waits with it. */
static const char *verdict_of(int code)
{
	return !code ? "done" : code == CODE_PENDING ? "pending" : "failed";
}

/* A person at a terminal sees what is being done. */
static bool tell_step(const struct matter *m, const struct args *a, size_t i)
{
	const struct change *change = records_get(&change_noun, &m->changes, i);

	if (a->output.json || !isatty(STDERR_FILENO))
		return false;
	fprintf(stderr, "step %zu of %zu: %s%s", i + 1, m->changes.n, change->gpu,
		*change->gpu ? ": " : "");
	put_clean(change->text, stderr);
	fputc('\n', stderr);
	return true;
}

static int apply_one(struct matter *m, const struct args *a, size_t i, struct complaint *c)
{
	struct change *change = records_get(&change_noun, &m->changes, i);
	int code = change_do(m->session.bus, change, tell_step(m, a, i), c);

	(void)column_set_text(&change->verdict, verdict_of(code));
	if (code)
		(void)column_set_text(&change->reason, c->text);
	return code;
}

static int apply_all(struct matter *m, const struct args *a, struct complaint *c)
{
	const char *waiting = "";
	int pending = CODE_OK, code = CODE_OK;

	for (size_t i = 0; i < m->changes.n; i++) {
		struct change *change = records_get(&change_noun, &m->changes, i);

		if (is_interrupted() && (!code || code == CODE_PENDING))
			code = complain(c, CODE_FAILED, "interrupted");
		if ((code && code != CODE_PENDING) || (*waiting && !strcmp(waiting, change->gpu))) {
			(void)column_set_text(&change->verdict, "left");
			continue;
		}
		code = apply_one(m, a, i, c);
		if (code == CODE_PENDING) {
			waiting = change->gpu;
			pending = code;
		}
	}
	return code && code != CODE_PENDING ? code : pending;
}

static size_t count_verdict(const struct matter *m, const char *verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < m->changes.n; i++) {
		const struct change *change = records_get(&change_noun, &m->changes, i);

		n += !strcmp(change->verdict, verdict);
	}
	return n;
}

static void tell_left(const struct matter *m)
{
	size_t left = count_verdict(m, "left");

	if (left)
		fprintf(stderr, "nvmux: %zu of %zu changes are made, %zu left; apply again to go on\n",
			count_verdict(m, "done"), m->changes.n, left);
}

int cmd_apply(const struct args *a)
{
	_cleanup_(matter_clear) struct matter m = {};
	struct complaint c = {};
	int code, refused;

	code = matter_begin(&m, a);
	if (code)
		return code;
	hold_signals();
	refused = diff_code(&m.changes);
	if (!refused)
		refused = apply_all(&m, a, &c);
	else
		complain(&c, refused, "nothing was done, see what is busy or refused");
	code = matter_print(&m, a);
	if (!code && refused) {
		fail_complaint(&c);
		tell_left(&m);
	}
	return code ? code : refused;
}
