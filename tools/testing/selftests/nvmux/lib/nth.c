// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/nth.h>

#define DEBUGFS "/sys/kernel/debug"
#define TASKS_MAX 128
#define FUNCTIONS_MAX 400000

static struct {
	int files[TASKS_MAX];
	unsigned int n_files;
	unsigned int n;
	unsigned int counted;
} armed;

/* From the first byte to the one after the last. */
struct range {
	uint64_t start;
	uint64_t end;
};

static const struct range everything = { 0, UINT64_MAX };
static const struct range nothing = { 1, 2 };

/* Where functions begin, of the kernel and of all modules. */
static struct {
	uint64_t *starts;
	size_t n;
	struct range module;
	uint64_t below;
	uint64_t never[2];
} text;

/* What a compiler has made of a function has its name with something behind it. */
static bool is_named(const char *symbol, size_t len, const char *name)
{
	size_t wanted = name ? strlen(name) : SIZE_MAX;

	if (wanted > len || strncmp(symbol, name, wanted))
		return false;
	return wanted == len || (symbol[wanted] == '.' && !memmem(symbol, len, ".cold", 5));
}

static void function_note(uint64_t at, const char *line, const struct nth_scope *scope)
{
	size_t len = strcspn(line, "\t\n");
	const char *owner = line[len] == '\t' ? line + len + 2 : "]";
	size_t owner_len = strcspn(owner, "]");

	if (text.n < FUNCTIONS_MAX)
		text.starts[text.n++] = at;
	if (scope->module && strlen(scope->module) == owner_len &&
	    !strncmp(owner, scope->module, owner_len)) {
		text.module.start = at < text.module.start ? at : text.module.start;
		text.module.end = at > text.module.end ? at : text.module.end;
	}
	if (is_named(line, len, scope->below))
		text.below = at;
	if (is_named(line, len, scope->never[0]))
		text.never[0] = at;
	if (is_named(line, len, scope->never[1]))
		text.never[1] = at;
}

/* Once for all that is asked of it, since the list is long and the machine may be slow. */
static int text_read(const struct nth_scope *scope)
{
	FILE *symbols = fopen("/proc/kallsyms", "re");
	char line[1024], *rest;

	text.n = 0;
	text.module = (struct range){ UINT64_MAX, 0 };
	text.below = 0;
	text.never[0] = 0;
	text.never[1] = 0;
	text.starts = calloc(FUNCTIONS_MAX, sizeof(*text.starts));
	while (symbols && text.starts && fgets(line, sizeof(line), symbols)) {
		uint64_t at = strtoull(line, &rest, 16);

		if (rest[0] == ' ' && (rest[1] == 't' || rest[1] == 'T') && rest[2] == ' ')
			function_note(at, rest + 3, scope);
	}
	if (symbols)
		fclose(symbols);
	return text.n ? 0 : -ESRCH;
}

/* The end of the function that begins there is where the next one begins. */
static uint64_t end_of(uint64_t start)
{
	uint64_t end = UINT64_MAX;
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.starts[i] > start && text.starts[i] < end)
			end = text.starts[i];
	return end;
}

/* The last function of a module reaches to the end of its page. */
static int range_required(const struct nth_scope *scope, struct range *ret)
{
	*ret = everything;
	if (scope->module)
		*ret = (struct range){ text.module.start, text.module.end | 0xfff };
	else if (scope->below)
		*ret = (struct range){ text.below, end_of(text.below) };
	if ((scope->module && !text.module.end) || (scope->below && !text.below))
		return -ESRCH;
	return 0;
}

static int range_rejected(const struct nth_scope *scope, struct range *ret)
{
	uint64_t a = text.never[0], b = scope->never[1] ? text.never[1] : a;

	*ret = (struct range){ 0, 0 };
	if (!scope->never[0])
		return 0;
	if (!a || !b)
		return -ESRCH;
	*ret = (struct range){ a < b ? a : b, end_of(a < b ? b : a) };
	return 0;
}

static int address_write(uint64_t address, const char *what, const char *file)
{
	char number[32];

	snprintf(number, sizeof(number), "%#lx", address);
	return file_write(number, DEBUGFS "/%s/%s", what, file);
}

static int filter(const char *what, const struct range *require, const struct range *reject)
{
	if (!file_exists(DEBUGFS "/%s", what))
		return 0;
	return address_write(require->start, what, "require-start") ?:
	       address_write(require->end, what, "require-end") ?:
	       address_write(reject->start, what, "reject-start") ?:
	       address_write(reject->end, what, "reject-end") ?:
	       file_write("0", DEBUGFS "/%s/verbose", what);
}

/* Pages do not fail: the kernel prints a trace for each. Slabs are what drivers ask for. */
static int filters_set(const struct nth_scope *scope)
{
	struct range require, reject;
	int err = text_read(scope) ?: range_required(scope, &require) ?:
		  range_rejected(scope, &reject);

	free(text.starts);
	if (err)
		return err;
	return filter("failslab", &require, &reject) ?:
	       filter("fail_page_alloc", &nothing, &nothing) ?:
	       filter("fail_usercopy", require.start ? &require : &nothing, &reject) ?:
	       file_write("N", DEBUGFS "/failslab/ignore-gfp-wait");
}

int nth_begin(const struct nth_scope *scope)
{
	if (!file_exists("/proc/thread-self/fail-nth") || !file_exists(DEBUGFS "/failslab"))
		return -ENOENT;
	return filters_set(scope);
}

void nth_end(void)
{
	static const struct range none = { 0, 0 };

	filter("failslab", &everything, &none);
	filter("fail_page_alloc", &everything, &none);
	filter("fail_usercopy", &everything, &none);
	file_write("Y", DEBUGFS "/failslab/ignore-gfp-wait");
}

static void counter_write(int fd, unsigned int n)
{
	char number[16];
	int len = snprintf(number, sizeof(number), "%u", n);

	if (pwrite(fd, number, len, 0) != len)
		perror("# fail-nth");
}

/* The file stays open: to open it again would be counted as well. */
static void arm_task(int task)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/fail-nth", task, task);
	fd = armed.n_files < TASKS_MAX ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	armed.files[armed.n_files++] = fd;
	counter_write(fd, armed.n);
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
	armed.n_files = 0;
	armed.n = n;
	if (who == NTH_WORKERS)
		arm_workers();
	else
		arm_task((int)syscall(SYS_gettid));
}

/* What is left of n. */
static unsigned int disarm_task(int fd)
{
	char number[16] = "";
	unsigned int left = armed.n;

	if (pread(fd, number, sizeof(number) - 1, 0) > 0)
		left = strtoul(number, NULL, 10);
	counter_write(fd, 0);
	close(fd);
	return left;
}

enum nth_result nth_disarm(void)
{
	unsigned int i, left, least = armed.n;

	for (i = 0; i < armed.n_files; i++) {
		left = disarm_task(armed.files[i]);
		least = left < least ? left : least;
	}
	armed.counted = armed.n - least;
	if (!least)
		return NTH_FAILED;
	return armed.counted ? NTH_PASSED : NTH_IDLE;
}

unsigned int nth_counted(void)
{
	return armed.counted;
}
