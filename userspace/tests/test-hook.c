// SPDX-License-Identifier: GPL-2.0-only
/*
 * The libvirt hook as libvirt runs it: the built program, XML on stdin, a
 * fake sysfs below NVMUX_ROOT, and a daemon that is a child of this test.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int n_cases, n_failed;
static char root[] = "/tmp/nvmux-hook-XXXXXX";
static const char *program;

#define MDEV_OURS "c0ffee00-0000-4000-8000-000000000001"
#define MDEV_OTHER "c0ffee00-0000-4000-8000-000000000002"
#define MDEV_NONE "c0ffee00-0000-4000-8000-000000000003"

#define DOMAIN(x) "<domain><name>m1</name><devices>" x "</devices></domain>"
#define MDEV(u) "<hostdev mode='subsystem' type='mdev'><source><address uuid='" u \
	"'/></source></hostdev>"
#define PCI(b) "<hostdev mode='subsystem' type='pci'><source><address domain='0x0001' bus='" b \
	"'/></source></hostdev>"

static void check(bool good, const char *name)
{
	n_cases++;
	if (!good)
		n_failed++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", n_cases, name);
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...)
{
	char command[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	if (system(command))
		printf("# failed: %s\n", command);
}

static void make_pci(const char *bdf, const char *vendor, const char *class, const char *driver)
{
	shell("d=%s/sys/devices/%s; mkdir -p $d; echo %s >$d/vendor; echo %s >$d/class; "
	      "ln -s ../../bus/pci/drivers/%s $d/driver; "
	      "ln -s ../../../devices/%s %s/sys/bus/pci/devices/%s",
	      root, bdf, vendor, class, driver, bdf, root, bdf);
}

static void make_mdev(const char *uuid, const char *parent)
{
	shell("mkdir %s/sys/devices/%s/%s; ln -s ../../../devices/%s/%s %s/sys/bus/mdev/devices/%s",
	      root, parent, uuid, parent, uuid, root, uuid);
}

static void make_root(void)
{
	if (!mkdtemp(root))
		exit(1);
	shell("mkdir -p %s/run/nvmux %s/sys/bus/pci/devices %s/sys/bus/mdev/devices", root, root,
	      root);
	make_pci("0001:81:00.0", "0x10de", "0x030200", "nvmux");
	make_pci("0001:82:00.0", "0x8086", "0x030000", "i915");
	make_pci("0001:83:00.0", "0x10de", "0x040300", "snd_hda_intel");
	make_mdev(MDEV_OURS, "0001:81:00.0");
	make_mdev(MDEV_OTHER, "0001:82:00.0");
	setenv("NVMUX_ROOT", root, 1);
}

struct outcome {
	int status;
	char text[4096];	/* stderr; of migrate stdout */
};

static int feed(const char *xml)
{
	int pipes[2];

	if (pipe(pipes) || write(pipes[1], xml, strlen(xml)) < 0)
		exit(1);
	close(pipes[1]);
	return pipes[0];
}

/* @xml: NULL for what cannot be read */
static struct outcome run_hook(const char *operation, const char *xml)
{
	int in = xml ? feed(xml) : open("/", O_RDONLY | O_CLOEXEC), err[2];
	struct outcome o = {};
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(err))
		exit(1);
	pid = fork();
	if (!pid) {
		dup2(in, 0);
		dup2(err[1], !strcmp(operation, "migrate") ? 1 : 2);
		execl(program, program, "m1", operation, "begin", "-", NULL);
		_exit(127);
	}
	close(in);
	close(err[1]);
	while ((n = read(err[0], o.text + len, sizeof(o.text) - 1 - len)) > 0)
		len += (size_t)n;
	close(err[0]);
	waitpid(pid, &o.status, 0);
	return o;
}

static void expect(const char *name, const char *operation, const char *xml, int status,
		   const char *text)
{
	struct outcome o = run_hook(operation, xml);
	bool good = WIFEXITED(o.status) && WEXITSTATUS(o.status) == status &&
		    !strcmp(o.text, text);

	check(good, name);
	if (!good)
		printf("# status %#x, stderr: %s\n", o.status, o.text);
}

static int listen_at_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/run/nvmux/hook.sock", root);
	unlink(address.sun_path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 4))
		exit(1);
	return fd;
}

static void serve_one(int fd, const char *answer)
{
	int peer = accept(fd, NULL, NULL);
	FILE *in = fdopen(peer, "r"), *copy;
	char path[128], *line = NULL;
	size_t size = 0;

	snprintf(path, sizeof(path), "%s/asked", root);
	copy = fopen(path, "w");
	if (getline(&line, &size, in) > 0)
		fputs(line, copy);
	fclose(copy);
	if (!answer)
		sleep(10);
	else if (write(peer, answer, strlen(answer)) < 0)
		exit(1);
	exit(0);
}

/* A daemon that answers one question; NULL: it never does. */
static pid_t daemon_start(const char *answer)
{
	int fd = listen_at_socket();
	pid_t pid = fork();

	if (!pid)
		serve_one(fd, answer);
	close(fd);
	return pid;
}

static void daemon_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	shell("rm -f %s/run/nvmux/hook.sock", root);
}

static void expect_with(const char *answer, const char *name, const char *operation,
			const char *xml, int status, const char *text)
{
	pid_t pid = daemon_start(answer);

	expect(name, operation, xml, status, text);
	daemon_stop(pid);
}

#define DOWN "nvmux: nvmuxd is not running; vm m1 uses nvmux devices\n"

static void test_without_daemon(void)
{
	expect("daemon_down_plain_vm_starts", "prepare", DOMAIN(""), 0, "");
	expect("daemon_down_our_mdev_refused", "prepare", DOMAIN(MDEV(MDEV_OURS)), 1, DOWN);
	expect("daemon_down_missing_mdev_refused", "prepare", DOMAIN(MDEV(MDEV_NONE)), 1, DOWN);
	expect("daemon_down_other_mdev_starts", "prepare", DOMAIN(MDEV(MDEV_OTHER)), 0, "");
	expect("daemon_down_gpu_refused", "prepare", DOMAIN(PCI("0x81")), 1, DOWN);
	expect("daemon_down_other_gpu_starts", "prepare", DOMAIN(PCI("0x82")), 0, "");
	expect("daemon_down_audio_starts", "prepare", DOMAIN(PCI("0x83")), 0, "");
	expect("daemon_down_absent_pci_starts", "prepare", DOMAIN(PCI("0x99")), 0, "");
	expect("daemon_down_broken_xml_with_hostdev_refused", "prepare", "<domain><hostdev", 1,
	       DOWN);
	expect("daemon_down_broken_xml_starts", "prepare", "<domain>", 0, "");
	expect("daemon_down_reconnect_is_0", "reconnect", DOMAIN(MDEV(MDEV_OURS)), 0, "");
	expect("daemon_down_release_is_0", "release", DOMAIN(MDEV(MDEV_OURS)), 0, "");
}

static void test_with_daemon(void)
{
	const char *xml = DOMAIN(PCI("0x81"));

	expect("unreadable_xml_refused", "prepare", NULL, 1,
	       "nvmux: cannot read the xml of vm m1: Is a directory\n");
	expect_with("{\"version\":1,\"ok\":true}\n", "prepare_accepted", "prepare", xml, 0, "");
	expect_with("{\"version\":1,\"ok\":false,\"error\":\"gpu is busy\"}\n", "prepare_refused",
		    "prepare", DOMAIN(""), 1, "nvmux: gpu is busy\n");
	expect_with("{\"version\":1,\"ok\":false,\"error\":\"no\"}\n", "reconnect_refused_is_0",
		    "reconnect", xml, 0, "");
	expect_with("{\"version\":1,\"ok\":false,\"error\":\"no\"}\n", "migrate_refused_is_0",
		    "migrate", xml, 0, "");
	expect_with("garbage\n", "senseless_answer_refused", "prepare", xml, 1,
		    "nvmux: nvmuxd gave an answer that makes no sense; vm m1 uses nvmux devices\n");
	expect_with("garbage\n", "senseless_answer_plain_vm_starts", "prepare", DOMAIN(""), 0, "");
	expect_with("", "daemon_that_ends_refused", "prepare", xml, 1,
		    "nvmux: nvmuxd has ended meanwhile; vm m1 uses nvmux devices\n");
}

static void test_question(void)
{
	char path[128], line[4096] = "";
	FILE *f;

	expect_with("{\"version\":1,\"ok\":true}\n", "question_answered", "prepare",
		    "<domain>\n<name>m1</name></domain>\n", 0, "");
	snprintf(path, sizeof(path), "%s/asked", root);
	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	check(!strcmp(line, "{\"version\":1,\"operation\":\"prepare\",\"sub\":\"begin\","
		      "\"extra\":\"-\",\"domain\":\"m1\","
		      "\"xml\":\"<domain>\\n<name>m1<\\/name><\\/domain>\\n\"}\n") ||
	      !strcmp(line, "{\"version\":1,\"operation\":\"prepare\",\"sub\":\"begin\","
		      "\"extra\":\"-\",\"domain\":\"m1\","
		      "\"xml\":\"<domain>\\n<name>m1</name></domain>\\n\"}\n"),
	      "question_is_one_line_of_json");
}

#define MAP(to) "{\"version\":1,\"ok\":true,\"map\":{\"" MDEV_NONE "\":\"" to "\"}}\n"
#define WISH(u) "<m:vgpus xmlns:m=\"urn:nvmux:domain:1\"><m:vgpu uuid=\"" u "\" type=\"T\"/>" \
	"<n:vgpu xmlns:n=\"other\" uuid=\"" MDEV_NONE "\"/></m:vgpus>"
#define MIGRANT(device, wish) "<domain><name>m1</name><metadata>" WISH(wish) "</metadata>" \
	"<devices><hostdev mode=\"subsystem\" type=\"mdev\"><source><address uuid=\"" device "\"/>" \
	"</source></hostdev><hostdev type=\"mdev\"><source><address uuid=\"" MDEV_OTHER "\"/>" \
	"</source></hostdev></devices></domain>"

/* The device and our wish for it, and nothing else. */
static void test_migrate(void)
{
	const char *there = MIGRANT(MDEV_NONE, MDEV_NONE);

	expect_with(MAP(MDEV_OURS), "migrate_gives_other_uuids", "migrate", there, 0,
		    MIGRANT(MDEV_OURS, MDEV_OURS) "\n");
	expect_with(MAP(MDEV_OURS), "migrate_knows_uuids_as_typed", "migrate",
		    MIGRANT("C0FFEE0000004000800000000000000" "3", MDEV_OTHER), 0,
		    MIGRANT(MDEV_OURS, MDEV_OTHER) "\n");
	expect_with("{\"version\":1,\"ok\":true}\n", "migrate_without_a_map_prints_nothing",
		    "migrate", there, 0, "");
	expect_with("{\"version\":1,\"ok\":true,\"map\":7}\n", "migrate_with_a_senseless_map",
		    "migrate", there, 0, "");
	expect_with(MAP(MDEV_OURS), "migrate_of_broken_xml_prints_nothing", "migrate", "<domain", 0,
		    "");
	expect("migrate_without_a_daemon_prints_nothing", "migrate", there, 0, "");
}

static void test_deadline(void)
{
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	expect_with(NULL, "silent_daemon_refused", "prepare", DOMAIN(PCI("0x81")), 1,
		    "nvmux: nvmuxd does not answer; vm m1 uses nvmux devices\n");
	clock_gettime(CLOCK_MONOTONIC, &after);
	check(after.tv_sec - before.tv_sec <= 3, "silent_daemon_costs_two_seconds");
}

static const char *find_program(void)
{
	static const char *const places[] = {
		"build/nvmux-libvirt-hook", "./nvmux-libvirt-hook",
	};
	const char *path = getenv("NVMUX_HOOK");

	if (path)
		return path;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!access(places[i], X_OK))
			return places[i];
	return NULL;
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	program = find_program();
	if (!program) {
		printf("ok 1 - hook # SKIP no program, set NVMUX_HOOK\n1..1\n");
		return 0;
	}
	make_root();
	test_without_daemon();
	test_with_daemon();
	test_question();
	test_migrate();
	test_deadline();
	shell("rm -rf %s", root);
	printf("1..%d\n", n_cases);
	return n_failed ? 1 : 0;
}
