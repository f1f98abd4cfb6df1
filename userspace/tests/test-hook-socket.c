// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may speak to the daemon as libvirt's hook does.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "daemon/hook.h"
#include "played-kernel.h"
#include "tap.h"

#define NOBODY 65534
#define QUESTION "{\"version\":1,\"operation\":\"release\",\"sub\":\"end\",\"domain\":\"m1\"," \
	"\"xml\":\"\"}\n"

/* In a child: number of bytes of the answer, 255 when nothing could be asked. */
static int ask(const char *path, uid_t uid)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char answer[128];
	ssize_t n;

	if (uid && setuid(uid) < 0)
		return 255;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return 255;
	if (send(fd, QUESTION, strlen(QUESTION), MSG_NOSIGNAL) < 0)
		return 0;
	n = recv(fd, answer, sizeof(answer), 0);
	return n > 0 ? (int)n : 0;
}

static int answer_to(struct manager *m, uid_t uid)
{
	char *path = path_run("hook.sock");
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(ask(path, uid));
	while (waitpid(pid, &status, WNOHANG) == 0)
		(void)sd_event_run(m->event, 10000);
	free(path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What keeps strangers out before they are looked at. */
static void open_wide(void)
{
	char *path = path_run("hook.sock");

	if (chmod(root_dir, 0755) < 0 || chmod(path, 0666) < 0)
		abort();
	free(path);
}

static void socket_is_for_its_owner(void)
{
	char *path = path_run("hook.sock");
	struct manager *m = played_manager();
	struct stat st;

	CHECK_INT(hook_start(m), 0);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	free(path);
	manager_free(m);
}

static void socket_answers_root_and_no_stranger(void)
{
	struct manager *m;

	if (geteuid())
		SKIP("only root can be somebody else");
	m = played_manager();
	CHECK_INT(hook_start(m), 0);
	open_wide();
	CHECK(answer_to(m, 0) > 0 && answer_to(m, 0) < 255);
	CHECK_INT(answer_to(m, NOBODY), 0);
	manager_free(m);
}

int main(void)
{
	root_make();
	RUN(socket_is_for_its_owner);
	RUN(socket_answers_root_and_no_stranger);
	return tap_end();
}
