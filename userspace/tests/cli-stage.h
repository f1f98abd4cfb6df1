/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command over a bus of its own, against a daemon that is played by a
 * child of the test: what the tests of the command share.
 */
#ifndef NVMUX_TESTS_CLI_STAGE_H
#define NVMUX_TESTS_CLI_STAGE_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "played-daemon.h"
#include "stage.h"

static int n_cases, n_failed;
static const char *program;

static inline void check(bool good, const char *name)
{
	n_cases++;
	if (!good)
		n_failed++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", n_cases, name);
}

/* The stage. */

static inline int run(char *out, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* stdout and stderr together, as a person sees them. Return: exit code. */
static inline int run(char *out, size_t size, const char *format, ...)
{
	char command[512];
	int n = snprintf(command, sizeof(command), "exec 2>&1; exec %s ", program);
	va_list ap;
	FILE *f;
	int status;

	va_start(ap, format);
	vsnprintf(command + n, sizeof(command) - n, format, ap);
	va_end(ap);
	f = popen(command, "r");
	out[fread(out, 1, size - 1, f)] = '\0';
	status = pclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline void expect(const char *name, const char *words, int code, const char *want)
{
	char out[8192];
	int got = run(out, sizeof(out), "%s", words);
	bool good = got == code && (!want || !strcmp(out, want));

	check(good, name);
	if (!good)
		printf("# %s: exit %d, printed:\n%s\n", words, got, out);
}

/* A command of the shell that begins with words of the program. */
static inline void expect_after(const char *name, const char *words, const char *want)
{
	char out[8192], command[2048];
	FILE *f;

	snprintf(command, sizeof(command), "exec 2>&1; %s %s", program, words);
	f = popen(command, "r");
	out[fread(out, 1, sizeof(out) - 1, f)] = '\0';
	pclose(f);
	check(!strcmp(out, want), name);
	if (strcmp(out, want))
		printf("# printed: %s# wanted: %s", out, want);
}

static inline bool prints(const char *words, const char *part)
{
	static char out[1 << 20];
	int code = run(out, sizeof(out), "%s", words);
	bool found = !code && strstr(out, part);

	if (code)
		printf("# %s: exit %d\n", words, code);
	return found;
}

static inline void expect_part(const char *name, const char *words, const char *part)
{
	check(prints(words, part), name);
}

static inline void expect_without(const char *name, const char *words, const char *part)
{
	check(!prints(words, part) && prints(words, ""), name);
}

static inline pid_t daemon_start(void)
{
	char out[8192];
	pid_t pid = fork();

	if (!pid) {
		stage_die_with_parent();
		play_daemon();
	}
	for (int i = 0; i < 20 && run(out, sizeof(out), "gpu") == 7; i++)
		usleep(20000);
	return pid;
}

static inline const char *find_program(void)
{
	static const char *const places[] = { "build/nvmux", "./nvmux" };
	const char *path = getenv("NVMUX_CLI");

	if (path)
		return path;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!access(places[i], X_OK))
			return places[i];
	return NULL;
}

/* Writes a file of configuration "lab" and gives its options. */
static inline const char *file_of(const char *entries)
{
	static char options[80];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/lab.yaml", stage_dir);
	f = fopen(path, "w");
	fprintf(f, "version: v1\nvgpu-configs:\n  lab:\n%s", entries);
	fclose(f);
	snprintf(options, sizeof(options), "-f%s --config lab", path);
	return options;
}

/* Bus and daemon, the cases, and the end. Return: exit code of the test. */
static inline int play(const char *name, void (*cases)(void))
{
	pid_t bus, daemon;

	setvbuf(stdout, NULL, _IONBF, 0);
	program = find_program();
	if (!program)
		return stage_skip(name, "no program, set NVMUX_CLI");
	alarm(120);
	bus = stage_start();
	if (bus < 0)
		return stage_skip(name, "no dbus-daemon");
	daemon = daemon_start();
	cases();
	stage_stop(daemon);
	stage_stop(bus);
	printf("1..%d\n", n_cases);
	return n_failed ? 1 : 0;
}

#endif
