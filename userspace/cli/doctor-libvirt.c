// SPDX-License-Identifier: GPL-2.0-only
/* The doctor looks at libvirt: is our hook there, and does libvirtd know of it? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "basic/cleanup.h"
#include "basic/file.h"
#include "basic/path.h"
#include "cli/doctor.h"

#define HOOK "etc/libvirt/hooks/qemu.d/50-nvmux"
#define FILE_MAX (64 * 1024)

/* The 22nd word of stat, counted after the name in parentheses, which may hold blanks. */
static long long start_ticks(const char *pid)
{
	_cleanup_free_ char *path = path_proc("%s/stat", pid), *text = NULL;
	char *word;

	if (!path || file_read(path, FILE_MAX, &text, NULL))
		return -1;
	word = strrchr(text, ')');
	for (int i = 3; word && i <= 22; i++)
		word = strchr(word + 1, ' ');
	return word ? strtoll(word + 1, NULL, 10) : -1;
}

static long long boot_time(void)
{
	_cleanup_free_ char *path = path_proc("stat"), *text = NULL;
	const char *line;

	if (!path || file_read(path, 16 * FILE_MAX, &text, NULL))
		return -1;
	line = strstr(text, "btime ");
	return line ? strtoll(line + 6, NULL, 10) : -1;
}

/* When it started, in seconds since the epoch; -1: it does not run, or that is not known. */
static long long started(const char *pid_file)
{
	_cleanup_free_ char *path = path_below("%s", pid_file);
	long long ticks, boot = boot_time();
	char pid[32];

	if (!path || file_read_line(path, pid, sizeof(pid)))
		return -1;
	ticks = start_ticks(pid);
	return ticks < 0 || boot < 0 ? -1 : boot + ticks / sysconf(_SC_CLK_TCK);
}

static long long libvirt_started(void)
{
	long long when = started("run/libvirtd.pid");

	return when >= 0 ? when : started("run/virtqemud.pid");
}

static void check_known(struct doctor *d, const struct stat *hook)
{
	long long when = libvirt_started();

	if (when >= 0 && hook->st_ctime > when)
		doctor_say(d, "warn", "hook", "the hook is newer than libvirtd, which looks for hooks only "
			   "when it starts: systemctl restart libvirtd");
	else
		doctor_say(d, "ok", "hook", "the hook of libvirt is installed");
}

void doctor_hook(struct doctor *d)
{
	_cleanup_free_ char *path = path_below(HOOK);
	_cleanup_free_ char *libvirt = path_below("etc/libvirt");
	struct stat st;

	if (!path || !libvirt || !file_exists(libvirt))
		return;
	if (stat(path, &st) < 0)
		doctor_say(d, "fail", "hook", "/" HOOK " is not installed: no rule holds for VMs of libvirt");
	else if (!(st.st_mode & 0100))
		doctor_say(d, "fail", "hook", "/" HOOK " is not executable, libvirt passes over it");
	else
		check_known(d, &st);
}

/* Debian's mdevctl 1.4.0 runs a program that is elsewhere. */
void doctor_mdevctl(struct doctor *d)
{
	_cleanup_free_ char *rule = path_below("usr/lib/udev/rules.d/60-mdevctl.rules");
	_cleanup_free_ char *program = path_below("usr/sbin/mdevctl");
	_cleanup_free_ char *text = NULL;

	if (!rule || !program || file_read(rule, FILE_MAX, &text, NULL))
		return;
	if (strstr(text, "/usr/sbin/mdevctl") && !file_exists(program))
		doctor_say(d, "warn", "mdevctl", "/usr/lib/udev/rules.d/60-mdevctl.rules runs /usr/sbin/mdevctl, "
			   "which is not there: what mdevctl and libvirt have defined is not started by itself");
}
