// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "daemon/holder.h"
#include "root.h"
#include "tap.h"

#define BDF "0001:81:00.0"

static void name_of(const char *cmdline, size_t len, char out[64])
{
	if (!holder_vm_name(cmdline, len, out, 64))
		strcpy(out, "-");
}

#define NAME_IS(cmdline, name)					\
	do {							\
		char out__[64];					\
								\
		name_of(cmdline, sizeof(cmdline), out__);	\
		CHECK_STR(out__, name);				\
	} while (0)

static void holder_name_of_a_vm(void)
{
	NAME_IS("qemu\0-name\0guest=p1,debug-threads=on\0-S", "p1");
	NAME_IS("qemu\0-S\0-name\0p1", "p1");
	NAME_IS("qemu\0-name\0guest=a,,b=c,x=y", "a,b=c");
	NAME_IS("qemu\0-name", "-");
	NAME_IS("qemu\0-name\0", "-");
	NAME_IS("sleep\0" "1000", "-");
	NAME_IS("", "-");
}

static void holder_command_line_without_end(void)
{
	static const char cut[] = { 'q', 0, '-', 'n', 'a', 'm', 'e', 0, 'p' };
	char out[64];

	name_of(cut, sizeof(cut), out);
	CHECK_STR(out, "-");
}

static void holder_is_found_by_its_open_file(void)
{
	struct strset nodes = { 0 };
	struct holder holder;
	char text[128];

	root_link("sys/bus/pci/devices/" BDF "/iommu_group", "../../../kernel/iommu_groups/42");
	root_write("sys/bus/pci/devices/" BDF "/vfio-dev/vfio7/dev", "1:2\n");
	root_write("proc/1/comm", "init\n");
	root_link("proc/1/fd/0", "/dev/null");
	root_write("proc/77/comm", "qemu-system-x86\n");
	root_write("proc/77/cmdline", "qemu");
	root_link("proc/77/fd/3", "socket:[1]");
	root_link("proc/77/fd/12", "/dev/vfio/42");

	CHECK_INT(holder_nodes(BDF, &nodes), 0);
	CHECK(strset_has(&nodes, "/dev/vfio/42"));
	CHECK(strset_has(&nodes, "/dev/vfio/devices/vfio7"));
	CHECK_INT(holder_find(&nodes, &holder), 0);
	CHECK_INT(holder.pid, 77);
	strcpy(holder.vm, "p1");
	holder_describe(&holder, text, sizeof(text));
	CHECK_STR(text, "pid 77 (qemu-system-x86), vm p1");
	strset_clear(&nodes);
}

static void holder_nobody(void)
{
	struct strset nodes = { 0 };
	struct holder holder;

	CHECK_INT(holder_nodes("0001:e2:00.0", &nodes), 0);
	CHECK_INT(nodes.n, 0);
	CHECK_INT(holder_find(&nodes, &holder), -ESRCH);
	CHECK_INT(strset_add(&nodes, "/dev/vfio/43"), 0);
	CHECK_INT(holder_find(&nodes, &holder), -ESRCH);
	strset_clear(&nodes);
}

int main(void)
{
	root_make();
	RUN(holder_name_of_a_vm);
	RUN(holder_command_line_without_end);
	RUN(holder_is_found_by_its_open_file);
	RUN(holder_nobody);
	return tap_end();
}
