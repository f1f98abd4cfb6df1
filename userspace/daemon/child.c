// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child that does one blocking write. It is watched by pidfd and timer,
 * never by a waiting call: SIGKILL does not end a task in D state.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../basic/file.h"
#include "../basic/log.h"
#include "child.h"

struct child {
	pid_t pid;
	int pidfd;
	sd_event_source *exited;
	sd_event_source *timer;
	child_done_t done;	/* NULL: told already, or forgotten */
	void *userdata;
};

static void child_free(struct child *child)
{
	if (!child)
		return;
	sd_event_source_disable_unref(child->exited);
	sd_event_source_disable_unref(child->timer);
	if (child->pidfd >= 0)
		close(child->pidfd);
	free(child);
}

static void child_tell(struct child *child, int err)
{
	child_done_t done = child->done;

	child->done = NULL;
	if (done)
		done(child->userdata, err);
}

/* The child's exit status is its errno. */
static int exit_error(const siginfo_t *info)
{
	return info->si_code == CLD_EXITED ? -info->si_status : -EIO;
}

static int on_exited(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct child *child = userdata;
	siginfo_t info = { 0 };

	(void)source;
	(void)events;
	if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) < 0)
		log_errno(-errno, "child %d cannot be reaped", (int)child->pid);
	else if (!info.si_pid)
		return 0;
	child_tell(child, exit_error(&info));
	child_free(child);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t now, void *userdata)
{
	struct child *child = userdata;

	(void)source;
	(void)now;
	log_warning("child %d does not return from its write, killing it", (int)child->pid);
	(void)kill(child->pid, SIGKILL);
	child_tell(child, -ETIMEDOUT);
	return 0;
}

static void run_write(const char *path, const char *text)
{
	int err;

	/* the netlink socket must end with the daemon, not with this child */
	(void)close_range(3, ~0U, 0);
	err = file_write_once(path, text);
	_exit(err < 0 ? -err & 0xff : 0);
}

static int watch(sd_event *event, struct child *child, uint64_t timeout)
{
	int err;

	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	if (child->pidfd < 0)
		return -errno;
	err = sd_event_add_io(event, &child->exited, child->pidfd, EPOLLIN, on_exited, child);
	if (err < 0)
		return err;
	err = sd_event_add_time_relative(event, &child->timer, CLOCK_MONOTONIC, timeout, 0,
					 on_timeout, child);
	return err < 0 ? err : 0;
}

int child_write(sd_event *event, const char *path, const char *text, uint64_t timeout,
		child_done_t done, void *userdata, struct child **ret)
{
	struct child *child = calloc(1, sizeof(*child));
	int err;

	if (!child)
		return -ENOMEM;
	*child = (struct child){ .pidfd = -1, .done = done, .userdata = userdata };
	child->pid = fork();
	if (child->pid == 0)
		run_write(path, text);
	err = child->pid < 0 ? -errno : watch(event, child, timeout);
	if (err) {
		if (child->pid > 0)
			(void)kill(child->pid, SIGKILL);
		child_free(child);
		return err;
	}
	*ret = child;
	return 0;
}

void child_forget(struct child *child)
{
	if (child)
		child->done = NULL;
}
