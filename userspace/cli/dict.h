/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_DICT_H
#define NVMUX_CLI_DICT_H

#include <systemd/sd-bus.h>

#include "cli/column.h"

/*
 * Reads the next value of the message, a{sv}, as a new row. Names without a
 * column are skipped: a newer daemon may tell more. Return: 0 or -errno,
 * -ENXIO when a value is not of the type that its column is.
 */
int dict_read(sd_bus_message *m, const struct noun *noun, struct records *rows);

/* Reads aa{sv}, one row each. */
int dicts_read(sd_bus_message *m, const struct noun *noun, struct records *rows);

#endif
