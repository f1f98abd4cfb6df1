// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of requests. Knows no GPU and no clock: the time is an argument.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "../basic/utf8.h"
#include "queue.h"

void queue_init(struct queue *queue)
{
	TAILQ_INIT(queue);
}

void queue_add(struct queue *queue, struct request *request)
{
	TAILQ_INSERT_TAIL(queue, request, link);
}

static void request_end(struct queue *queue, struct request *request, int err)
{
	TAILQ_REMOVE(queue, request, link);
	request->kind->done(request, err);
	request->kind->free(request);
}

static int request_turn(struct request *request, uint64_t now)
{
	int ret = request->kind->process(request);

	if (ret == 0 && now >= request->deadline)
		return -ETIMEDOUT;
	return ret;
}

void queue_run(struct queue *queue, uint64_t now)
{
	struct request *request = TAILQ_FIRST(queue), *next;

	/* what done() adds behind the last one waits for the next run */
	for (; request; request = next) {
		int ret = request_turn(request, now);

		next = TAILQ_NEXT(request, link);
		if (ret)
			request_end(queue, request, ret < 0 ? ret : 0);
	}
}

uint64_t queue_deadline(const struct queue *queue)
{
	uint64_t first = QUEUE_NEVER;
	struct request *request;

	TAILQ_FOREACH(request, queue, link)
		if (request->deadline < first)
			first = request->deadline;
	return first;
}

void queue_cancel(struct queue *queue, struct request *request, int err)
{
	request_end(queue, request, err);
}

void queue_drain(struct queue *queue, int err)
{
	struct request *request;

	while ((request = TAILQ_FIRST(queue)))
		request_end(queue, request, err);
}

int request_fail(struct request *request, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(request->text, sizeof(request->text), format, ap);
	va_end(ap);
	utf8_clean(request->text);
	return err;
}
