/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program prints, line by line into the log.
 */
#ifndef NVMUX_DAEMON_OUTPUT_H
#define NVMUX_DAEMON_OUTPUT_H

#include <systemd/sd-event.h>

struct output;

/* @end: where the program writes; the caller closes it */
int output_new(sd_event *event, const char *path, struct output **ret, int *end);
void output_free(struct output *output);

/* Takes what is there now. */
void output_read(struct output *output);
const char *output_last_line(const struct output *output);

#endif
