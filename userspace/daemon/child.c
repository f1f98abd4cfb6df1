// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child that does one blocking write or runs one program. It is watched by pidfd and timer,
 * never by a waiting call: SIGKILL does not end a task in D state.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../basic/file.h"
#include "../basic/log.h"
#include "child.h"
#include "output.h"

struct child {
	pid_t pid;
	int pidfd;
	sd_event_source *exited;
	sd_event_source *timer;
	child_done_t done;	/* NULL: told already, or forgotten */
	void *userdata;
	void (*ended)(void *userdata);
	void *ended_userdata;
	struct output *output;	/* of a program, NULL: it is a write */
};

static void child_free(struct child *child)
{
	if (!child)
		return;
	sd_event_source_disable_unref(child->exited);
	sd_event_source_disable_unref(child->timer);
	output_free(child->output);
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

/* The exit status of a writer is its errno. */
static int exit_error(const struct child *child, const siginfo_t *info)
{
	if (info->si_code != CLD_EXITED)
		return -EIO;
	if (child->output)
		return info->si_status ? -EIO : 0;
	return -info->si_status;
}

/* A program takes along what it has started. */
static void child_kill(const struct child *child)
{
	(void)kill(child->output ? -child->pid : child->pid, SIGKILL);
}

static void child_end(struct child *child, const siginfo_t *info)
{
	if (child->output)
		output_read(child->output);
	child_tell(child, exit_error(child, info));
	if (child->ended)
		child->ended(child->ended_userdata);
	child_free(child);
}

static int on_exited(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct child *child = userdata;
	siginfo_t info = { 0 };

	(void)source;
	(void)events;
	/* before it is reaped: until then nobody else has the number of its group */
	if (child->output)
		child_kill(child);
	if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) < 0)
		log_errno(-errno, "child %d cannot be reaped", (int)child->pid);
	else if (!info.si_pid)
		return 0;
	child_end(child, &info);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t now, void *userdata)
{
	struct child *child = userdata;

	(void)source;
	(void)now;
	log_warning("child %d does not come to its end, killing it", (int)child->pid);
	child_kill(child);
	child_tell(child, -ETIMEDOUT);
	return 0;
}

/* The signals that our event loop keeps back must reach a child. */
static void unblock_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
}

static void __attribute__((noreturn)) run_write(const char *path, const char *text)
{
	int err;

	/* the netlink socket must end with the daemon, not with this child */
	(void)close_range(3, ~0U, 0);
	unblock_signals();
	err = file_write_once(path, text);
	_exit(err < 0 ? -err & 0xff : 0);
}

static void __attribute__((noreturn)) run_program(const char *path, char *const *env, int out)
{
	char *const argv[] = { (char *)path, NULL };
	int null = open("/dev/null", O_RDONLY);

	(void)setpgid(0, 0);
	if (null >= 0)
		(void)dup2(null, STDIN_FILENO);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(out, STDERR_FILENO);
	(void)close_range(3, ~0U, 0);
	unblock_signals();
	for (; *env; env++)
		(void)putenv(*env);
	(void)execv(path, argv);
	dprintf(STDERR_FILENO, "cannot be run: %s\n", strerror(errno));
	_exit(127);
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

static struct child *child_new(child_done_t done, void *userdata)
{
	struct child *child = calloc(1, sizeof(*child));

	if (child)
		*child = (struct child){ .pidfd = -1, .done = done, .userdata = userdata };
	return child;
}

/* Gives the child, or the error of fork() or of what came after it. */
static int child_started(sd_event *event, struct child *child, uint64_t timeout,
			 struct child **ret)
{
	int err = child->pid < 0 ? -errno : watch(event, child, timeout);

	if (err) {
		if (child->pid > 0)
			child_kill(child);
		child_free(child);
		return err;
	}
	*ret = child;
	return 0;
}

int child_write(sd_event *event, const char *path, const char *text, uint64_t timeout,
		child_done_t done, void *userdata, struct child **ret)
{
	struct child *child = child_new(done, userdata);

	if (!child)
		return -ENOMEM;
	child->pid = fork();
	if (child->pid == 0)
		run_write(path, text);
	return child_started(event, child, timeout, ret);
}

int child_exec(sd_event *event, const char *path, char *const *env, uint64_t timeout,
	       child_done_t done, void *userdata, struct child **ret)
{
	struct child *child = child_new(done, userdata);
	int err = child ? 0 : -ENOMEM, end = -1;

	if (!err)
		err = output_new(event, path, &child->output, &end);
	if (err) {
		child_free(child);
		return err;
	}
	child->pid = fork();
	if (child->pid == 0)
		run_program(path, env, end);
	/* both do it: whoever is first */
	if (child->pid > 0)
		(void)setpgid(child->pid, child->pid);
	close(end);
	return child_started(event, child, timeout, ret);
}

const char *child_last_line(const struct child *child)
{
	return child->output ? output_last_line(child->output) : "";
}

void child_when_ended(struct child *child, void (*ended)(void *userdata), void *userdata)
{
	child->ended = ended;
	child->ended_userdata = userdata;
}

void child_forget(struct child *child)
{
	if (child)
		child->done = NULL;
}

void child_cancel(struct child *child)
{
	if (!child)
		return;
	child_forget(child);
	child_kill(child);
}
