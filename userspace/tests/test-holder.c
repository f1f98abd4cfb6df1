// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "daemon/holder.h"
#include "root.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define HOST "0000:41:00.0"

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

static void holder_of_the_host_driver(void)
{
	struct strset nodes = { 0 };

	root_write("sys/bus/pci/devices/" HOST "/drm/card0/dev", "226:0\n");
	root_write("sys/bus/pci/devices/" HOST "/drm/renderD128/dev", "226:128\n");
	root_write("sys/bus/pci/devices/" HOST "/graphics/fb0/dev", "29:0\n");
	root_write("sys/bus/pci/devices/" BDF "/drm/card1/dev", "226:1\n");
	root_write("proc/driver/nvidia/gpus/" HOST "/information",
		   "Model: \t\t NVIDIA A30\nDevice Minor: \t 12\nGPU Excluded:\t No\n");
	CHECK_INT(holder_host_nodes(HOST, &nodes), 0);
	CHECK_INT(nodes.n, 4);
	CHECK(strset_has(&nodes, "/dev/dri/card0"));
	CHECK(strset_has(&nodes, "/dev/dri/renderD128"));
	CHECK(strset_has(&nodes, "/dev/fb0"));
	CHECK(strset_has(&nodes, "/dev/nvidia12"));
	strset_clear(&nodes);
}

static int count(pid_t pid, const char *node, void *userdata)
{
	struct strset *seen = userdata;
	char text[64];

	(void)snprintf(text, sizeof(text), "%d %s", (int)pid, node);
	return strset_add(seen, text);
}

static void holder_search_tells_of_all(void)
{
	struct strset nodes = { 0 }, seen = { 0 };

	root_link("proc/78/fd/0", "/dev/fb0");
	root_link("proc/78/fd/1", "/dev/fb0");
	root_link("proc/79/fd/9", "/dev/nvidia12");
	root_link("proc/80/fd/9", "/dev/nvidia1");
	CHECK_INT(holder_host_nodes(HOST, &nodes), 0);
	CHECK_INT(holder_search(&nodes, count, &seen), 0);
	CHECK_INT(seen.n, 2);
	CHECK(strset_has(&seen, "78 /dev/fb0"));
	CHECK(strset_has(&seen, "79 /dev/nvidia12"));
	strset_clear(&nodes);
	strset_clear(&seen);
}

static const char *service_of(pid_t pid, const char *comm)
{
	static char service[128];
	struct holder holder = { .pid = pid };

	strcpy(holder.comm, comm);
	holder_service(&holder, service, sizeof(service));
	return service;
}

static void holder_services_by_command(void)
{
	CHECK_STR(service_of(90, "nvidia-persiste"), "nvidia-persistenced.service");
	CHECK_STR(service_of(90, "nv-hostengine"), "nvidia-dcgm.service");
	CHECK_STR(service_of(90, "qemu-system-x86"), "");
	CHECK_STR(service_of(90, ""), "");
}

static void holder_services_by_control_group(void)
{
	root_write("proc/91/cgroup", "0::/system.slice/my-monitor.service\n");
	root_write("proc/92/cgroup", "0::/user.slice/user-0.slice/session-1.scope\n");
	CHECK_STR(service_of(91, "nv-hostengine"), "my-monitor.service");
	CHECK_STR(service_of(92, "nv-hostengine"), "nvidia-dcgm.service");
	CHECK_STR(service_of(92, "python3"), "");
}

/* Who holds a device chooses these, and the bus takes text only. */
static void holder_is_told_as_text(void)
{
	struct holder holder;

	root_write("proc/93/comm", "a\xff\n");
	CHECK(holder_vm_name("x\0-name\0\xfc,y\0", 12, holder.vm, sizeof(holder.vm)));
	CHECK_STR(holder.vm, "?");
	holder_read(93, &holder);
	CHECK_STR(holder.comm, "a?");
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
	RUN(holder_of_the_host_driver);
	RUN(holder_search_tells_of_all);
	RUN(holder_services_by_command);
	RUN(holder_services_by_control_group);
	RUN(holder_is_told_as_text);
	RUN(holder_nobody);
	return tap_end();
}
