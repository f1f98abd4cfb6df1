/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's harness, with more patience: an emulated CPU that shares its host, under a kernel that
 * watches itself, takes longer than the 30 seconds that the harness grants to a case.
 */
#ifndef LIBNVMUX_TEST_HARNESS_H
#define LIBNVMUX_TEST_HARNESS_H

#include <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

#endif
