/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The programs in /etc/nvmux/hooks.d, which the administrator wants to be run before and after a
 * switch. (hook.c is about libvirt's hook.)
 */
#ifndef NVMUX_DAEMON_CALLOUT_H
#define NVMUX_DAEMON_CALLOUT_H

#include "manager.h"

struct callout;

/**
 * struct callout_news - what the programs are told, as NVMUX_... in their environment
 * @phase: "pre" or "post"
 * @result: of a switch that has ended: done, refused, failed, timeout, interrupted
 * @text: the sentence about it, empty when it is done
 */
struct callout_news {
	char gpu[NVMUX_BDF_SIZE];
	uint32_t old_mode;
	uint32_t new_mode;
	const char *phase;
	const char *result;
	char text[REQUEST_TEXT_SIZE];
};

/* err: 0, or -EACCES with the sentence: which program did not want it, and its last line. */
typedef void (*callout_done_t)(void *userdata, int err, const char *text);

/* How many there are. */
size_t callout_count(void);

/**
 * callout_run() - run them all, in the order of their names
 * @veto: end at the first that fails; else failures are only logged
 * @ret: it frees itself after done(), so forget it there
 */
int callout_run(struct manager *m, const struct callout_news *news, bool veto,
		callout_done_t done, void *userdata, struct callout **ret);

/* done() is not called any more; the program that runs is killed, no other begins. NULL is fine. */
void callout_cancel(struct callout *callout);

#endif
