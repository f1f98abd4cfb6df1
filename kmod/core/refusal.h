/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why something was refused: the sentence that the caller's user will read.
 *
 * The core knows no netlink. Whoever refuses writes the sentence here; the door through which the
 * request came hands it on (extack, the error attribute of a GPU, or a debug message).
 */
#ifndef NVMUX_REFUSAL_H
#define NVMUX_REFUSAL_H

#include <linux/types.h>

/* A sentence fits into an extack message, NETLINK_MAX_FMTMSG_LEN. */
#define NVMUX_REFUSAL_LEN 80

/**
 * struct nvmux_refusal - a sentence for people
 * @text: lower case, no period, names the thing, the rule and the holder; empty when nothing
 *	was refused
 */
struct nvmux_refusal {
	char text[NVMUX_REFUSAL_LEN];
};

/**
 * nvmux_refuse() - note why, and return the error
 * @why: where to; NULL when nobody wants to know
 * @err: the negative errno to return
 * @fmt: printf format of the sentence
 *
 * Context: any.
 *
 * Return: @err, so that a check ends with "return nvmux_refuse(...)".
 */
__printf(3, 4)
int nvmux_refuse(struct nvmux_refusal *why, int err, const char *fmt, ...);

#endif
