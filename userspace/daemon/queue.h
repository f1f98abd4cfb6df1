/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests with deadlines. Whatever takes longer than one turn of the main
 * loop is a request, so that nothing waits forever and nothing waits blocking.
 */
#ifndef NVMUX_DAEMON_QUEUE_H
#define NVMUX_DAEMON_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#define QUEUE_NEVER UINT64_MAX
#define REQUEST_TEXT_SIZE 1024

struct request;

/**
 * struct request_kind - what one kind of request does
 * @name: for the log
 * @process: 1 done, 0 not yet, -errno failed (see request_fail()). Called
 *           after each change of the model until it gives something else than 0
 * @done: told once; err is 0 or -errno, -ETIMEDOUT when the deadline passed
 * @free: releases the request
 * @may_cancel: may it be ended before it is done? NULL: it may not
 */
struct request_kind {
	const char *name;
	int (*process)(struct request *request);
	void (*done)(struct request *request, int err);
	void (*free)(struct request *request);
	bool (*may_cancel)(const struct request *request);
};

struct request {
	TAILQ_ENTRY(request) link;
	const struct request_kind *kind;
	uint64_t deadline;		/* monotonic, microseconds */
	char text[REQUEST_TEXT_SIZE];	/* the sentence about the failure */
};

TAILQ_HEAD(queue, request);

void queue_init(struct queue *queue);
void queue_add(struct queue *queue, struct request *request);

/* Gives each request a turn; ends those that are done, failed or late. */
void queue_run(struct queue *queue, uint64_t now);

/* The earliest deadline, QUEUE_NEVER when the queue is empty. */
uint64_t queue_deadline(const struct queue *queue);

/* Ends one request with err; not from within queue_run(). */
void queue_cancel(struct queue *queue, struct request *request, int err);

/* Ends all requests with err. */
void queue_drain(struct queue *queue, int err);

/* Writes the sentence and gives err back, for one-line returns. */
int request_fail(struct request *request, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
