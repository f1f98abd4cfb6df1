/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_HOOK_DEVICES_H
#define NVMUX_HOOK_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

/* Does a domain want something that only nvmuxd can vouch for? By sysfs alone. */
bool domain_needs_nvmux(const char *xml, size_t len);

#endif
