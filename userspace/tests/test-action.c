// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "daemon/action.h"
#include "tap.h"

static struct action action;

static void action_names_the_holder(void)
{
	const struct holder holder = { .pid = 1234, .comm = "qemu-system-x86", .vm = "p1" };

	(void)request_fail(&action.request, -EBUSY, "gpu x is open through vfio");
	action_append_holder(&action, &holder);
	CHECK_STR(action.request.text,
		  "gpu x is open through vfio; held by pid 1234 (qemu-system-x86), vm p1");
}

static void action_does_not_name_the_holder_twice(void)
{
	const struct holder vm = { .pid = 12, .comm = "qemu", .vm = "p1" };
	const struct holder process = { .pid = 12, .comm = "sleep" };

	(void)request_fail(&action.request, -EBUSY, "vgpu y is open in pid 12 (qemu)");
	action_append_holder(&action, &vm);
	CHECK_STR(action.request.text, "vgpu y is open in pid 12 (qemu), vm p1");
	(void)request_fail(&action.request, -EBUSY, "vgpu y is open in pid 12 (sleep)");
	action_append_holder(&action, &process);
	CHECK_STR(action.request.text, "vgpu y is open in pid 12 (sleep)");
	(void)request_fail(&action.request, -EBUSY, "vgpu y is open in pid 123 (sleep)");
	action_append_holder(&action, &process);
	CHECK_STR(action.request.text,
		  "vgpu y is open in pid 123 (sleep); held by pid 12 (sleep)");
}

static void action_holder_fits_a_full_sentence(void)
{
	const struct holder holder = { .pid = 1, .comm = "x" };

	memset(action.request.text, 'a', REQUEST_TEXT_SIZE - 1);
	action.request.text[REQUEST_TEXT_SIZE - 1] = '\0';
	action_append_holder(&action, &holder);
	CHECK_INT(strlen(action.request.text), REQUEST_TEXT_SIZE - 1);
}

int main(void)
{
	RUN(action_names_the_holder);
	RUN(action_does_not_name_the_holder_twice);
	RUN(action_holder_fits_a_full_sentence);
	return tap_end();
}
