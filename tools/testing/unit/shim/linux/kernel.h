/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>

#include <linux/types.h>
