// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "daemon/queue.h"
#include "tap.h"

struct probe {
	struct request request;
	int answer;
	int turns;
	int ended;		/* how often done() was called */
	int err;
	int freed;
	struct queue *again;	/* done() adds itself here once */
};

static int probe_process(struct request *request)
{
	struct probe *p = (struct probe *)request;

	p->turns++;
	return p->answer;
}

static void probe_done(struct request *request, int err)
{
	struct probe *p = (struct probe *)request;

	p->ended++;
	p->err = err;
}

static void probe_free(struct request *request)
{
	struct probe *p = (struct probe *)request;

	p->freed++;
	if (p->again) {
		queue_add(p->again, request);
		p->again = NULL;
		p->answer = 0;
	}
}

static const struct request_kind probe_kind = {
	.name = "probe", .process = probe_process, .done = probe_done, .free = probe_free,
};

static void add(struct queue *queue, struct probe *p, int answer, uint64_t deadline)
{
	*p = (struct probe){ .answer = answer };
	p->request.kind = &probe_kind;
	p->request.deadline = deadline;
	queue_add(queue, &p->request);
}

static void queue_ends_done_and_failed(void)
{
	struct probe a, b, c;
	struct queue queue;

	queue_init(&queue);
	add(&queue, &a, 1, 100);
	add(&queue, &b, 0, 100);
	add(&queue, &c, -EBUSY, 100);
	queue_run(&queue, 50);
	CHECK(a.ended == 1 && a.err == 0 && a.freed == 1);
	CHECK(b.ended == 0 && b.turns == 1);
	CHECK(c.ended == 1 && c.err == -EBUSY);
	b.answer = 1;
	queue_run(&queue, 60);
	CHECK(b.ended == 1 && b.turns == 2 && b.err == 0);
	CHECK(a.turns == 1);
}

static void queue_late_request_times_out(void)
{
	struct queue queue;
	struct probe a;

	queue_init(&queue);
	add(&queue, &a, 0, 100);
	queue_run(&queue, 99);
	CHECK_INT(a.ended, 0);
	queue_run(&queue, 100);
	CHECK_INT(a.ended, 1);
	CHECK_INT(a.err, -ETIMEDOUT);
	CHECK_INT(queue_deadline(&queue), QUEUE_NEVER);
}

static void queue_done_at_the_deadline_is_done(void)
{
	struct queue queue;
	struct probe a;

	queue_init(&queue);
	add(&queue, &a, 1, 100);
	queue_run(&queue, 200);
	CHECK_INT(a.err, 0);
}

static void queue_tells_the_earliest_deadline(void)
{
	struct probe a, b, c;
	struct queue queue;

	queue_init(&queue);
	CHECK_INT(queue_deadline(&queue), QUEUE_NEVER);
	add(&queue, &a, 0, 300);
	add(&queue, &b, 0, 100);
	add(&queue, &c, 0, 200);
	CHECK_INT(queue_deadline(&queue), 100);
	queue_run(&queue, 150);
	CHECK_INT(queue_deadline(&queue), 200);
	queue_drain(&queue, -ECANCELED);
	CHECK(a.err == -ECANCELED && c.err == -ECANCELED);
	CHECK_INT(queue_deadline(&queue), QUEUE_NEVER);
}

static void queue_may_grow_while_it_runs(void)
{
	struct queue queue;
	struct probe a;

	queue_init(&queue);
	add(&queue, &a, 1, 100);
	a.again = &queue;
	queue_run(&queue, 50);
	CHECK(a.ended == 1 && a.freed == 1);
	queue_run(&queue, 100);
	CHECK(a.ended == 2 && a.err == -ETIMEDOUT);
}

static void queue_failure_has_its_sentence(void)
{
	struct request request = { 0 };

	CHECK_INT(request_fail(&request, -EBUSY, "gpu %s is busy", "x"), -EBUSY);
	CHECK_STR(request.text, "gpu x is busy");
}

int main(void)
{
	RUN(queue_ends_done_and_failed);
	RUN(queue_late_request_times_out);
	RUN(queue_done_at_the_deadline_is_done);
	RUN(queue_tells_the_earliest_deadline);
	RUN(queue_may_grow_while_it_runs);
	RUN(queue_failure_has_its_sentence);
	return tap_end();
}
