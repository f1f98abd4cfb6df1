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

/**
 * hook_answer() - answer one request
 * @line: the request, without its newline
 *
 * Return: one line of JSON with newline, free() it; NULL without memory.
 */
char *hook_answer(struct manager *m, const char *line, size_t len);

#endif
