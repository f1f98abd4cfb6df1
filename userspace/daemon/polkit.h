/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asks polkit whether the sender of a call may do something, without waiting:
 * the call is set aside and comes back to the loop when polkit has answered.
 */
#ifndef NVMUX_DAEMON_POLKIT_H
#define NVMUX_DAEMON_POLKIT_H

#include <systemd/sd-bus.h>

enum polkit_answer {
	POLKIT_YES = 1,
	POLKIT_NO,
	POLKIT_ABSENT,		/* there is no polkit on this bus */
	POLKIT_LATER,		/* it has been asked; the call is set aside and will come again */
	POLKIT_CROWDED,		/* too many calls are set aside already */
};

/**
 * polkit_check() - may the sender of a call do this?
 * @action: such as org.nvmux1.manage-mode
 *
 * An answer other than POLKIT_LATER stands for this call only, and until
 * polkit_forget(). An answer that does not come in time is POLKIT_NO.
 */
enum polkit_answer polkit_check(sd_bus_message *call, const char *action);

/* Has polkit said yes to this call? */
int polkit_agreed(const sd_bus_message *call);

/* Forgets those that were agreed to and came to no method, because there is no such object. */
void polkit_sweep(const sd_bus_message *but);

void polkit_forget(const sd_bus_message *call);
void polkit_forget_all(void);

#endif
