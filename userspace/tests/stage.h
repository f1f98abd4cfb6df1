/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bus of the test's own that stands for the system bus.
 */
#ifndef NVMUX_TESTS_STAGE_H
#define NVMUX_TESTS_STAGE_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char stage_dir[] = "/tmp/nvmux-stage-XXXXXX";

static inline void stage_remove(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", stage_dir);
	if (system(command))
		printf("# cannot remove %s\n", stage_dir);
}

static inline void stage_write_config(void)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/bus.conf", stage_dir);
	f = fopen(path, "w");
	fprintf(f, "<busconfig><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>"
		"<policy context='default'><allow send_destination='*'/><allow receive_sender='*'/>"
		"<allow own='*'/><allow user='*'/></policy></busconfig>\n", stage_dir);
	fclose(f);
}

/* Nothing of the stage outlives a test that is killed. */
static inline void stage_die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static inline void stage_run_bus(void)
{
	char config[80];

	snprintf(config, sizeof(config), "--config-file=%s/bus.conf", stage_dir);
	stage_die_with_parent();
	if (!freopen("/dev/null", "w", stderr))
		_exit(126);
	execlp("dbus-daemon", "dbus-daemon", "--nofork", config, NULL);
	_exit(127);
}

/* The socket is there a moment before somebody listens. */
static inline bool stage_is_open(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), err;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/bus", stage_dir);
	err = connect(fd, (struct sockaddr *)&address, sizeof(address));
	close(fd);
	return !err;
}

/* Return: the bus, negative when there is no dbus-daemon. */
static inline pid_t stage_start(void)
{
	char address[80];
	pid_t pid;

	if (!mkdtemp(stage_dir))
		abort();
	(void)atexit(stage_remove);
	stage_write_config();
	snprintf(address, sizeof(address), "unix:path=%s/bus", stage_dir);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	pid = fork();
	if (!pid)
		stage_run_bus();
	for (int i = 0; i < 200 && !stage_is_open(); i++)
		usleep(20000);
	return stage_is_open() ? pid : -1;
}

/* All that a test prints that cannot be run here. Return: exit code. */
static inline int stage_skip(const char *name, const char *why)
{
	printf("ok 1 - %s # SKIP %s\n1..1\n", name, why);
	return 0;
}

static inline void stage_stop(pid_t pid)
{
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

#endif
