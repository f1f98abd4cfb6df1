/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_MATH_H
#define SHIM_LINUX_MATH_H

#define round_down(x, power) ((x) & ~((power) - 1))
#define DIV_ROUND_CLOSEST(x, divisor) \
	({ typeof(divisor) _divisor = (divisor); ((x) + _divisor / 2) / _divisor; })

#endif
