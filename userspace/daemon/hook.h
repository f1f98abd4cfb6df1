/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The door for libvirt's hook: /run/nvmux/hook.sock, one line of JSON in,
 * one line out. hook.c is the socket, hook-request.c the conversation.
 */
#ifndef NVMUX_DAEMON_HOOK_H
#define NVMUX_DAEMON_HOOK_H

#include <stddef.h>

struct manager;

int hook_start(struct manager *m);
void hook_stop(struct manager *m);

/* An answer that is not there yet; auto.h knows what it waits for. */
struct auto_job;

/* Told once: err 0, or -errno and the sentence. */
typedef void (*hook_told_t)(void *userdata, int err, const char *text);

/**
 * hook_answer() - answer one request
 * @line: the request, without its newline
 * @told: gets the answer when it comes later
 * @later: then what to cancel when nobody waits any more, else NULL
 *
 * Return: one line of JSON with newline, free() it; NULL without memory, or
 * when the answer comes later.
 */
char *hook_answer(struct manager *m, const char *line, size_t len, hook_told_t told,
		  void *userdata, struct auto_job **later);

/* The line for an answer, free() it. */
char *hook_format_answer(int err, const char *text);

#endif
