// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers "GET /metrics" over a socket in the file system, one request per connection (HTTP/1.0).
 * A client that is slow, or sends too much, is cut off; the loop never waits for it.
 */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "listen.h"
#include "manager.h"
#include "metrics.h"
#include "openmetrics.h"

#define REQUEST_MAX 4096U
#define CLIENTS_MAX 16
#define CLIENT_TIMEOUT 5000000U

struct metrics_client {
	LIST_ENTRY(metrics_client) link;
	struct metrics_server *server;
	struct listen_client connection;
	char request[REQUEST_MAX];
	size_t request_len;
	char *reply;
	size_t reply_len;
	size_t sent;
};

struct metrics_server {
	struct manager *manager;
	struct listen_socket socket;
	unsigned int n_clients;
	LIST_HEAD(, metrics_client) clients;
};

static void client_free(struct metrics_client *c)
{
	LIST_REMOVE(c, link);
	c->server->n_clients--;
	listen_drop(&c->connection);
	free(c->reply);
	free(c);
}

static int reply_with(struct metrics_client *c, const char *status, const char *type,
		      const char *body)
{
	int n = asprintf(&c->reply,
			 "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
			 "Connection: close\r\n\r\n%s", status, type, strlen(body), body);

	if (n < 0) {
		c->reply = NULL;
		return -ENOMEM;
	}
	c->reply_len = (size_t)n;
	return 0;
}

static int reply_metrics(struct metrics_client *c)
{
	size_t len;
	_cleanup_free_ char *body = metrics_format(c->server->manager, &len);

	return body ? reply_with(c, "200 OK", OPENMETRICS_TYPE, body) : -ENOMEM;
}

/* "GET /metrics HTTP/1.1"; what else a client tells of itself does not matter. */
static int make_reply(struct metrics_client *c)
{
	char method[8] = "", path[64] = "";

	if (sscanf(c->request, "%7s %63s", method, path) != 2)
		return reply_with(c, "400 Bad Request", "text/plain", "this is not HTTP\n");
	if (strcmp(method, "GET") != 0)
		return reply_with(c, "405 Method Not Allowed", "text/plain", "only GET is known\n");
	if (strcmp(path, "/metrics") != 0)
		return reply_with(c, "404 Not Found", "text/plain", "only /metrics is here\n");
	return reply_metrics(c);
}

/* -EPIPE: the client has gone. */
static int client_read(struct metrics_client *c)
{
	size_t room = sizeof(c->request) - 1 - c->request_len;
	ssize_t n;

	if (!room)
		return -EMSGSIZE;
	n = recv(c->connection.fd, c->request + c->request_len, room, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	c->request_len += (size_t)n;
	c->request[c->request_len] = '\0';
	return 0;
}

/* 1: all is sent, 0: not yet */
static int client_write(struct metrics_client *c)
{
	ssize_t n = send(c->connection.fd, c->reply + c->sent, c->reply_len - c->sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	c->sent += (size_t)n;
	return c->sent == c->reply_len;
}

/* A request ends with an empty line. */
static bool is_whole(const struct metrics_client *c)
{
	return strstr(c->request, "\r\n\r\n") || strstr(c->request, "\n\n");
}

static int client_turn(struct metrics_client *c)
{
	int err = c->reply ? 0 : client_read(c);

	if (err || (!c->reply && !is_whole(c)))
		return err;
	if (!c->reply)
		err = make_reply(c);
	if (!err)
		err = client_write(c);
	return err ? err : sd_event_source_set_io_events(c->connection.io, EPOLLOUT);
}

static int on_ready(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct metrics_client *c = userdata;
	int ret = client_turn(c);

	(void)source;
	(void)fd;
	(void)events;
	if (ret < 0 && ret != -EPIPE && ret != -ECONNRESET)
		log_warning("a client of the metrics cannot be answered: %s", strerror(-ret));
	if (ret)
		client_free(c);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t now, void *userdata)
{
	(void)source;
	(void)now;
	log_warning("a client of the metrics is not done in time, closing it");
	client_free(userdata);
	return 0;
}

static int client_new(struct metrics_server *server, int fd)
{
	struct metrics_client *c = calloc(1, sizeof(*c));
	int err;

	if (!c) {
		close(fd);
		return -ENOMEM;
	}
	c->server = server;
	LIST_INSERT_HEAD(&server->clients, c, link);
	server->n_clients++;
	err = listen_serve(&c->connection, server->manager->event, fd, CLIENT_TIMEOUT, on_ready,
			   on_timeout, c);
	if (err)
		client_free(c);
	return err;
}

static int on_connect(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), err;
	struct metrics_server *server = userdata;

	(void)source;
	(void)events;
	if (client < 0)
		return 0;
	if (server->n_clients >= CLIENTS_MAX) {
		close(client);
		return 0;
	}
	err = client_new(server, client);
	if (err)
		log_warning("a client of the metrics cannot be served: %s", strerror(-err));
	return 0;
}

/* A group that is not there opens the socket to nobody. */
static void admit_group(const struct metrics_server *s)
{
	const char *name = s->manager->config.metrics_group;
	const struct group *group = name[0] ? getgrnam(name) : NULL;

	if (group && chown(s->socket.path, (uid_t)-1, group->gr_gid) == 0)
		return;
	if (name[0])
		log_warning("group %s cannot be let to the metrics: %s", name,
			    group ? strerror(errno) : "there is none");
}

int metrics_start(struct manager *m)
{
	struct metrics_server *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->manager = m;
	LIST_INIT(&s->clients);
	m->metrics = s;
	err = listen_start(&s->socket, m->event, "metrics.sock", 0660, on_connect, s);
	if (err)
		metrics_stop(m);
	else
		admit_group(s);
	return err;
}

void metrics_stop(struct manager *m)
{
	struct metrics_server *s = TAKE_PTR(m->metrics);
	struct metrics_client *c, *next;

	if (!s)
		return;
	LIST_FOREACH_FREE(c, &s->clients, link, next)
		client_free(c);
	listen_stop(&s->socket);
	free(s);
}
