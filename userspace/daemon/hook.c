// SPDX-License-Identifier: GPL-2.0-only
/*
 * The socket of the hook. A client that is slow, or sends too much, is cut
 * off; the loop never waits for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "auto.h"
#include "hook.h"
#include "listen.h"
#include "manager.h"
#include "tally.h"

#define LINE_MAX_SIZE (8U * 1024 * 1024)	/* JSON escapes double some of 4 MiB of XML */
#define CHUNK 65536U
#define CLIENT_TIMEOUT 2000000U

struct hook_client {
	LIST_ENTRY(hook_client) link;
	struct hook_server *server;
	struct listen_client connection;
	char *line;
	size_t len;
	struct auto_job *job;		/* what its answer waits for */
};

struct hook_server {
	struct manager *manager;
	struct listen_socket socket;
	LIST_HEAD(, hook_client) clients;
};

static void client_free(struct hook_client *c)
{
	LIST_REMOVE(c, link);
	auto_cancel(c->job);
	listen_drop(&c->connection);
	free(c->line);
	free(c);
}

/* The answer is short and the socket empty: what does not fit is lost with the client. */
static void client_send(struct hook_client *c, const char *answer)
{
	if (!answer || send(c->connection.fd, answer, strlen(answer), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_warning("the hook cannot be answered");
	client_free(c);
}

static void on_told(void *userdata, int err, const char *text)
{
	struct hook_client *c = userdata;
	_cleanup_free_ char *answer = hook_format_answer(err, text);

	tally_hook(c->server->manager, auto_operation(c->job), err);
	c->job = NULL;
	client_send(c, answer);
}

static void client_answer(struct hook_client *c, size_t len)
{
	_cleanup_free_ char *answer = hook_answer(c->server->manager, c->line, len, on_told, c,
						  &c->job);

	if (!c->job)
		client_send(c, answer);
}

static int client_read(struct hook_client *c)
{
	char *line = realloc(c->line, c->len + CHUNK);
	ssize_t n;

	if (!line)
		return -ENOMEM;
	c->line = line;
	n = recv(c->connection.fd, line + c->len, CHUNK, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	c->len += (size_t)n;
	return c->len > LINE_MAX_SIZE ? -EMSGSIZE : 0;
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct hook_client *c = userdata;
	int err = client_read(c);
	bool asked = c->job;
	char *end = err || !c->len ? NULL : memchr(c->line, '\n', c->len);

	(void)source;
	(void)fd;
	(void)events;
	if (!err && (asked || !end))
		return 0;
	if (!err) {
		client_answer(c, (size_t)(end - c->line));
		return 0;
	}
	if (asked)
		log_notice("the hook has gone before it was answered");
	else if (err != -EPIPE || c->len)
		log_warning("the hook's request cannot be read: %s", strerror(-err));
	client_free(c);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t now, void *userdata)
{
	(void)source;
	(void)now;
	log_warning("a client of the hook socket is not done in time, closing it");
	client_free(userdata);
	return 0;
}

/* The mode of the socket says the same; a descriptor that was passed on does not. */
static bool is_trusted(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 &&
	       (cred.uid == 0 || cred.uid == geteuid());
}

static int client_new(struct hook_server *server, int fd)
{
	struct hook_client *c = calloc(1, sizeof(*c));
	int err;

	if (!c) {
		close(fd);
		return -ENOMEM;
	}
	c->server = server;
	LIST_INSERT_HEAD(&server->clients, c, link);
	err = listen_serve(&c->connection, server->manager->event, fd, CLIENT_TIMEOUT, on_readable,
			   on_timeout, c);
	if (err)
		client_free(c);
	return err;
}

static int on_connect(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), err;

	(void)source;
	(void)events;
	if (client < 0)
		return 0;
	if (!is_trusted(client)) {
		close(client);
		return 0;
	}
	err = client_new(userdata, client);
	if (err)
		log_warning("a client of the hook socket cannot be served: %s", strerror(-err));
	return 0;
}

int hook_start(struct manager *m)
{
	struct hook_server *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->manager = m;
	LIST_INIT(&s->clients);
	m->hook = s;
	err = listen_start(&s->socket, m->event, "hook.sock", 0600, on_connect, s);
	if (err)
		hook_stop(m);
	return err;
}

void hook_stop(struct manager *m)
{
	struct hook_server *s = TAKE_PTR(m->hook);
	struct hook_client *c, *next;

	if (!s)
		return;
	LIST_FOREACH_FREE(c, &s->clients, link, next)
		client_free(c);
	listen_stop(&s->socket);
	free(s);
}
