// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMs that come and go for long: all of nvmuxd over a kernel that is played, and the hook program
 * as libvirt runs it, from eight processes at once. Nothing may be left of a VM, and the daemon
 * may not have grown.
 *
 *	NVMUX_CYCLES	VMs, default 160
 */
#include <sys/eventfd.h>
#include <sys/mman.h>

#define main nvmuxd_main
#include "daemon/nvmuxd.c"
#undef main
#include "played-kernel.h"
#include "stage.h"
#include "tap.h"

#define PROCESSES 8
#define EARLY 104	/* VMs, 13 of each process, after which the daemon has all that it needs */
#define GROWTH 256	/* KiB that may come and go with the allocator */

#define A "0001:81:00.0"
#define B "0001:e2:00.0"
#define WHOLE "0001:c1:00.0"

static pid_t daemon_pid;

struct size {
	long rss;	/* KiB */
	size_t fds;
};

static struct size early, late;
static int *started;		/* VMs, counted by all processes */

/* Nothing happens by itself in this kernel. */

struct nvmux_monitor {
	int fd;
};

static struct nvmux_monitor monitor;

int nvmux_monitor_open(const struct nvmux_monitor_ops *ops, void *userdata,
		       struct nvmux_monitor **ret)
{
	(void)ops;
	(void)userdata;
	monitor.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	*ret = &monitor;
	return monitor.fd < 0 ? -errno : 0;
}

void nvmux_monitor_close(struct nvmux_monitor *m)
{
	if (m)
		close(m->fd);
}

int nvmux_monitor_fd(const struct nvmux_monitor *m)
{
	return m->fd;
}

int nvmux_monitor_dispatch(struct nvmux_monitor *m)
{
	(void)m;
	return 0;
}

/* The daemon. */

/* Return: exit code; 3 when the kernel has vGPUs that nobody knows any more. */
static int play(void)
{
	char *argv[] = { (char *)"nvmuxd", NULL };
	int code;

	played_loaded = true;
	played_add(A, NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE)->max = PROCESSES;
	played_add(B, NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE)->max = PROCESSES;
	played_add(WHOLE, NVMUX_MODE_PASSTHROUGH, NVMUX_PARTITION_SAME_SIZE);
	log_set_level(LOG_ERR);
	code = nvmuxd_main(1, argv);
	if (n_played_vgpus || played[0].gpu.vgpu_count || played[1].gpu.vgpu_count)
		return 3;
	return code;
}

static void start_daemon(void)
{
	char *path = path_run("hook.sock");

	daemon_pid = fork();
	if (!daemon_pid) {
		stage_die_with_parent();
		exit(play());
	}
	for (int i = 0; i < 500 && !file_exists(path); i++)
		usleep(20000);
	free(path);
}

/* The last hook has gone a moment before the daemon has closed what it had for it. */
static size_t count_files(void)
{
	size_t least = SIZE_MAX, n;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)daemon_pid);
	for (int i = 0; i < 20; i++) {
		n = root_entries(path);
		least = n < least ? n : least;
		usleep(20000);
	}
	return least;
}

static struct size measure(void)
{
	struct size size = { .fds = count_files() };
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)daemon_pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		(void)sscanf(line, "RssAnon: %ld", &size.rss);
	if (f)
		fclose(f);
	return size;
}

/* The VMs. */

#define MDEV "<metadata><n:vgpus xmlns:n='urn:nvmux:domain:1'><n:vgpu uuid='%s' type='" TYPE "'/>" \
	"</n:vgpus></metadata><devices><hostdev mode='subsystem' type='mdev'><source>"		\
	"<address uuid='%s'/></source></hostdev></devices>"
#define PCI "<devices><hostdev mode='subsystem' type='pci'><source><address domain='0x0001' "	\
	"bus='0xc1'/></source></hostdev></devices>"

/* Number @n of a process; the first process has the whole GPU every other time. */
static void describe(char *xml, size_t size, int process, int n)
{
	char uuid[NVMUX_UUID_SIZE];
	size_t len;

	(void)snprintf(uuid, sizeof(uuid), "c2177883-0000-4000-8000-%04x%08x", process, n);
	len = (size_t)snprintf(xml, size, "<domain><name>m%d</name>"
			       "<uuid>00000000-0000-4000-8000-%04x%08x</uuid>", process, process, n);
	if (process == 0 && n % 2)
		(void)snprintf(xml + len, size - len, PCI "</domain>");
	else
		(void)snprintf(xml + len, size - len, MDEV "</domain>", uuid, uuid);
}

static int run_hook(const char *xml, const char *vm, const char *operation, const char *sub)
{
	const char *program = getenv("NVMUX_HOOK");
	int in[2], status = -1;
	pid_t pid;

	if (pipe(in) || write(in[1], xml, strlen(xml)) < 0)
		exit(1);
	close(in[1]);
	pid = fork();
	if (!pid) {
		dup2(in[0], 0);
		execl(program, program, vm, operation, sub, "-", NULL);
		_exit(127);
	}
	close(in[0]);
	waitpid(pid, &status, 0);
	return status;
}

static void live(int process, int first, int end)
{
	char xml[2048], vm[16];

	(void)snprintf(vm, sizeof(vm), "m%d", process);
	for (int n = first; n < end; n++) {
		describe(xml, sizeof(xml), process, n);
		if (!run_hook(xml, vm, "prepare", "begin"))
			__atomic_add_fetch(started, 1, __ATOMIC_RELAXED);
		(void)run_hook(xml, vm, "release", "end");
	}
}

/* What looks deeper is slow, and the hook waits for two seconds only: one VM at a time. */
static bool is_wrapped(void)
{
	const char *wrapper = getenv("TEST_WRAPPER");

	return wrapper && wrapper[0];
}

/* So many VMs of all processes together. */
static void live_all(int first, int end)
{
	const int n = is_wrapped() ? 1 : PROCESSES;
	pid_t pids[PROCESSES];

	for (int i = 0; i < n; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			live(i, first / n, end / n);
			_exit(0);
		}
	}
	for (int i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
}

static void endure_vms_start_and_end(void)
{
	const char *text = getenv("NVMUX_CYCLES");
	int cycles = text ? atoi(text) : 160;

	started = mmap(NULL, sizeof(*started), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	CHECK(started != MAP_FAILED);
	live_all(0, EARLY);
	early = measure();
	live_all(EARLY, cycles);
	late = measure();
	printf("# nvmuxd after %d VMs: %ld KiB, %zu files; after %d: %ld KiB, %zu files\n", EARLY,
	       early.rss, early.fds, cycles, late.rss, late.fds);
	/* a busy machine: the hook has its deadline; who is refused must leave nothing either */
	printf("# %d of %d were started\n", *started, cycles);
	CHECK(*started > cycles / 2);
	CHECK(cycles > EARLY && early.rss && early.fds);
}

static void endure_keeps_no_file_open(void)
{
	CHECK_INT(late.fds, early.fds);
}

/* Sanitizers and valgrind keep what is freed for a while, on purpose. */
static void endure_does_not_grow(void)
{
#ifdef __SANITIZE_ADDRESS__
	SKIP("a sanitizer holds freed memory");
#endif
	if (is_wrapped())
		SKIP("a wrapper holds freed memory");
	CHECK(late.rss <= early.rss + GROWTH);
}

static void endure_leaves_no_record(void)
{
	char *records = path_run("vgpus"), *claims = path_run("claims");

	CHECK_INT(root_entries(records), 0);
	CHECK_INT(root_entries(claims), 0);
	free(records);
	free(claims);
}

/* Of the GPUs and the manager there is one each. */
static void endure_leaves_no_object(void)
{
	sd_bus_message *m = NULL;
	sd_bus *bus = NULL;
	const char *path;
	int n = 0;

	CHECK(sd_bus_open_system(&bus) >= 0);
	CHECK(sd_bus_call_method(bus, BUS_NAME, BUS_PATH, "org.freedesktop.DBus.ObjectManager",
				 "GetManagedObjects", NULL, &m, "") >= 0);
	CHECK(sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}") >= 0);
	for (; sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}") > 0; n++) {
		CHECK(sd_bus_message_read(m, "o", &path) >= 0);
		CHECK(strncmp(path, BUS_PATH_VGPU, strlen(BUS_PATH_VGPU)) != 0);
		CHECK(sd_bus_message_skip(m, "a{sa{sv}}") >= 0);
		CHECK(sd_bus_message_exit_container(m) >= 0);
	}
	CHECK_INT(n, 3);
	sd_bus_message_unref(m);
	sd_bus_flush_close_unref(bus);
}

/* Where it is built so, its leak checker has the last word. */
static void endure_daemon_ends_well(void)
{
	int status = -1;

	kill(daemon_pid, SIGTERM);
	waitpid(daemon_pid, &status, 0);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 0);
}

int main(void)
{
	pid_t stage;

	setvbuf(stdout, NULL, _IONBF, 0);
	if (!getenv("NVMUX_HOOK"))
		return stage_skip("endure", "no program, set NVMUX_HOOK");
	root_make();
	root_write("sys/module/nvmux/initstate", "live\n");
	root_write("sys/bus/pci/devices/" A "/mdev_supported_types/nvmux-" TYPE "/create", "");
	root_write("sys/bus/pci/devices/" B "/mdev_supported_types/nvmux-" TYPE "/create", "");
	root_write("sys/bus/pci/devices/" WHOLE "/enable", "0\n");
	stage = stage_start();
	if (stage < 0)
		return stage_skip("endure", "no dbus-daemon");
	start_daemon();
	RUN(endure_vms_start_and_end);
	RUN(endure_keeps_no_file_open);
	RUN(endure_does_not_grow);
	RUN(endure_leaves_no_record);
	RUN(endure_leaves_no_object);
	RUN(endure_daemon_ends_well);
	stage_stop(stage);
	return tap_end();
}
