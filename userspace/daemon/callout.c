// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "callout.h"
#include "child.h"

enum { ENV_GPU, ENV_OLD, ENV_NEW, ENV_PHASE, ENV_RESULT, ENV_TEXT, ENVS };

struct callout {
	struct manager *manager;
	bool veto;
	callout_done_t done;
	void *userdata;
	struct strset names;
	size_t next;
	struct child *child;
	char *env[ENVS + 1];
};

static void callout_free(struct callout *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < ENVS; i++)
		free(c->env[i]);
	strset_clear(&c->names);
	free(c);
}

DEFINE_CLEANUP(struct callout *, callout_free)

/* Whoever can write to it would be root. */
static bool is_trusted(const char *name, const struct stat *st)
{
	if (st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	log_warning("hook %s is not run, others than root can write to it", name);
	return false;
}

static bool is_program(const char *name)
{
	_cleanup_free_ char *path = path_etc("hooks.d/%s", name);
	size_t len = strlen(name);
	struct stat st;

	return path && name[len - 1] != '~' && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_mode & 0111 && is_trusted(name, &st);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_programs(struct strset *ret)
{
	_cleanup_free_ char *path = path_etc("hooks.d");
	struct strset names = { 0 };
	int err = path ? file_list(path, &names) : -ENOMEM;

	for (size_t i = 0; i < names.n && !err; i++)
		if (is_program(names.items[i]))
			err = strset_add(ret, names.items[i]);
	strset_clear(&names);
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_name);
	return err == -ENOENT ? 0 : err;
}

size_t callout_count(void)
{
	struct strset names = { 0 };
	size_t n = list_programs(&names) == 0 ? names.n : 0;

	strset_clear(&names);
	return n;
}

static int set(char **env, const char *name, const char *value)
{
	if (asprintf(env, "%s=%s", name, value) >= 0)
		return 0;
	*env = NULL;
	return -ENOMEM;
}

static int set_env(char *env[static ENVS + 1], const struct callout_news *news)
{
	int err = set(&env[ENV_GPU], "NVMUX_GPU", news->gpu);

	if (!err)
		err = set(&env[ENV_OLD], "NVMUX_OLD_MODE", nvmux_mode_str(news->old_mode));
	if (!err)
		err = set(&env[ENV_NEW], "NVMUX_NEW_MODE", nvmux_mode_str(news->new_mode));
	if (!err)
		err = set(&env[ENV_PHASE], "NVMUX_PHASE", news->phase);
	if (!err)
		err = set(&env[ENV_RESULT], "NVMUX_RESULT", news->result);
	return err ? err : set(&env[ENV_TEXT], "NVMUX_TEXT", news->text);
}

static void finish(struct callout *c, int err, const char *text)
{
	if (c->done)
		c->done(c->userdata, err, text);
	callout_free(c);
}

static void describe(const struct callout *c, int err, char *text, size_t size)
{
	const char *last = c->child ? child_last_line(c->child) : "";

	(void)snprintf(text, size, "hook %s %s%s%s", c->names.items[c->next - 1],
		       err == -ETIMEDOUT ? "does not come to its end" : "has failed",
		       last[0] ? ": " : "", last);
}

static void run_next(struct callout *c);

static void on_end(void *userdata, int err)
{
	char text[NVMUX_TEXT_SIZE];
	struct callout *c = userdata;

	if (err) {
		describe(c, err, text, sizeof(text));
		log_warning("%s", text);
	}
	c->child = NULL;
	if (err && c->veto)
		finish(c, -EACCES, text);
	else
		run_next(c);
}

static void run_next(struct callout *c)
{
	_cleanup_free_ char *path = NULL;
	struct manager *m = c->manager;
	int err;

	if (c->next == c->names.n) {
		finish(c, 0, "");
		return;
	}
	path = path_etc("hooks.d/%s", c->names.items[c->next++]);
	err = path ? child_exec(m->event, path, c->env, m->config.hook_timeout, on_end, c,
				&c->child) : -ENOMEM;
	if (err)
		on_end(c, err);
}

int callout_run(struct manager *m, const struct callout_news *news, bool veto,
		callout_done_t done, void *userdata, struct callout **ret)
{
	_cleanup_(callout_freep) struct callout *c = calloc(1, sizeof(*c));
	int err = c ? set_env(c->env, news) : -ENOMEM;

	if (!err)
		err = list_programs(&c->names);
	if (err)
		return err;
	c->manager = m;
	c->veto = veto;
	c->done = done;
	c->userdata = userdata;
	*ret = c;
	run_next(TAKE_PTR(c));
	return 0;
}

void callout_cancel(struct callout *callout)
{
	if (!callout)
		return;
	child_cancel(callout->child);
	callout_free(callout);
}
