// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/nth.h>

#define DEBUGFS "/sys/kernel/debug"
#define COUNTER "/proc/%d/task/%d/fail-nth"
#define TASKS_MAX 128

static struct {
	int tasks[TASKS_MAX];
	unsigned int n_tasks;
	unsigned int n;
} armed;

/* First and last address of a module's functions. */
static int text_range(const char *module, uint64_t range[2])
{
	FILE *symbols = fopen("/proc/kallsyms", "re");
	char line[512], type, name[256], owner[64];
	uint64_t address;

	range[0] = UINT64_MAX;
	range[1] = 0;
	while (symbols && fgets(line, sizeof(line), symbols)) {
		if (sscanf(line, "%lx %c %255s [%63[^]]", &address, &type, name, owner) != 4 ||
		    strcmp(owner, module) || (type != 't' && type != 'T'))
			continue;
		range[0] = address < range[0] ? address : range[0];
		range[1] = address > range[1] ? address : range[1];
	}
	if (symbols)
		fclose(symbols);
	return range[1] ? 0 : -ENOENT;
}

static int filter(const char *what, uint64_t start, uint64_t end)
{
	char text[2][32];

	snprintf(text[0], sizeof(text[0]), "%#lx", start);
	snprintf(text[1], sizeof(text[1]), "%#lx", end);
	return file_write(text[0], DEBUGFS "/%s/require-start", what) ?:
	       file_write(text[1], DEBUGFS "/%s/require-end", what) ?:
	       file_write("0", DEBUGFS "/%s/verbose", what);
}

/* vfio warns of itself when it has no memory for a group: that is not ours to try. */
static int reject(const char *what, const char *module)
{
	uint64_t range[2];
	char text[2][32];

	if (text_range(module, range))
		return 0;
	snprintf(text[0], sizeof(text[0]), "%#lx", range[0]);
	snprintf(text[1], sizeof(text[1]), "%#lx", range[1] | 0xfff);
	return file_write(text[0], DEBUGFS "/%s/reject-start", what) ?:
	       file_write(text[1], DEBUGFS "/%s/reject-end", what);
}

/*
 * The last function reaches to the end of its page. Pages are not made to fail: the kernel would
 * print a trace for each, and slabs are what drivers ask for.
 */
int nth_begin(const char *module)
{
	uint64_t range[2];
	int err;

	if (!file_exists("/proc/thread-self/fail-nth") || !file_exists(DEBUGFS "/failslab"))
		return -ENOENT;
	err = text_range(module, range) ?: filter("failslab", range[0], range[1] | 0xfff);
	err = err ?: reject("failslab", "vfio");
	if (!err)
		err = file_write("N", DEBUGFS "/failslab/ignore-gfp-wait");
	if (!err && file_exists(DEBUGFS "/fail_page_alloc"))
		err = filter("fail_page_alloc", 1, 2);
	if (!err && file_exists(DEBUGFS "/fail_usercopy"))
		err = filter("fail_usercopy", range[0], range[1] | 0xfff);
	return err;
}

void nth_end(void)
{
	filter("failslab", 0, UINT64_MAX);
	file_write("0", DEBUGFS "/failslab/reject-start");
	file_write("0", DEBUGFS "/failslab/reject-end");
	file_write("Y", DEBUGFS "/failslab/ignore-gfp-wait");
	filter("fail_page_alloc", 0, UINT64_MAX);
	filter("fail_usercopy", 0, UINT64_MAX);
}

static void arm_task(int task)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", armed.n);
	if (armed.n_tasks < TASKS_MAX && !file_write(text, COUNTER, task, task))
		armed.tasks[armed.n_tasks++] = task;
}

static void arm_workers(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(file_line("/proc/%s/comm", entry->d_name), "kworker/u", 9))
			arm_task(atoi(entry->d_name));
	if (dir)
		closedir(dir);
}

void nth_arm(enum nth_who who, unsigned int n)
{
	armed.n_tasks = 0;
	armed.n = n;
	if (who == NTH_WORKERS)
		arm_workers();
	else
		arm_task((int)syscall(SYS_gettid));
}

enum nth_result nth_disarm(void)
{
	enum nth_result result = NTH_IDLE;
	unsigned int i, left;

	for (i = 0; i < armed.n_tasks; i++) {
		const char *line = file_line(COUNTER, armed.tasks[i], armed.tasks[i]);

		left = line[0] ? strtoul(line, NULL, 10) : armed.n;
		file_write("0", COUNTER, armed.tasks[i], armed.tasks[i]);
		if (!left)
			result = NTH_FAILED;
		else if (left != armed.n && result == NTH_IDLE)
			result = NTH_PASSED;
	}
	return result;
}
