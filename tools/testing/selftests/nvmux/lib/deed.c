// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libnvmux_test/crowd.h>
#include <libnvmux_test/deed.h>

/* More than any deed has. */
#define FAR 100000
/* Of a slow deed every 41st allocation, but so many at least. */
#define SLOW_STEP 41
#define SLOW_TRIES 8
/* A worker that was not there when they were armed may have done it all. */
#define IDLE_TRIES 5

struct try {
	const struct deed *deed;
	const struct stage *stage;
	const struct nl_sock *sock;
	struct scene *scene;
	char before[PICTURE_SIZE];
	char after[PICTURE_SIZE];
	char done[PICTURE_SIZE];	/* as the deed leaves it when nothing fails */
	char said[256];
	int err;
};

static int try_begin(struct try *try, struct walk *walk)
{
	int err = try->stage->clear(try->scene);

	if (err)
		flaws_add(&walk->flaws, "not clear: %d %s", err, try->sock->text);
	else if (try->deed->begin)
		err = try->deed->begin(try->scene);
	if (err)
		flaws_add(&walk->flaws, "not begun: %d %s", err, try->sock->text);
	else
		try->stage->draw(try->scene, try->before);
	return err;
}

static enum nth_result try_act(struct try *try, unsigned int n)
{
	enum nth_result result;

	nth_arm(try->deed->who, n);
	try->err = try->deed->act(try->scene);
	result = nth_disarm();
	snprintf(try->said, sizeof(try->said), "%s", try->sock->text);
	try->stage->draw(try->scene, try->after);
	return result;
}

/* A switch that failed says so after the request; what it says begins with its step. */
static bool is_refusal(const struct try *try)
{
	if (try->err == -ENOMEM || try->err == -EFAULT)
		return true;
	if (try->deed->who == NTH_WORKERS && try->err == -EIO && try->said[0])
		return true;
	return try->deed->also && try->err == try->deed->also;
}

static void refusal_judge(const struct try *try, unsigned int n, struct walk *walk)
{
	walk->refused++;
	if (!is_refusal(try))
		flaws_add(&walk->flaws, "%u: error %d %s", n, try->err, try->said);
	if (strcmp(try->before, try->after) &&
	    (!try->deed->wreck || strcmp(try->deed->wreck, try->after)))
		flaws_add(&walk->flaws, "%u: refused (%d %s)\nbefore: %s\nafter: %s", n, try->err, try->said,
		     try->before, try->after);
}

static void success_judge(const struct try *try, unsigned int n, struct walk *walk)
{
	walk->done_without++;
	if (strcmp(try->done, try->after))
		flaws_add(&walk->flaws, "%u: done, and yet not\nwanted: %s\nfound: %s", n, try->done,
		     try->after);
}

/* Without a failure: how many allocations there are, and where the deed leads. */
static bool walk_well(struct try *try, struct walk *walk)
{
	if (try_begin(try, walk))
		return false;
	try_act(try, FAR);
	if (try->err)
		flaws_add(&walk->flaws, "not by us: %d %s", try->err, try->said);
	strcpy(try->done, try->after);
	walk->count = nth_counted();
	if (!walk->count && !try->deed->idle)
		flaws_add(&walk->flaws, "it allocates nothing, so nothing can fail");
	return !walk->flaws.count;
}

static void walk_plan(const struct deed *deed, struct walk *walk)
{
	unsigned int step = crowd_number("NVMUX_NTH_STEP", SLOW_STEP);

	if (step > walk->count / SLOW_TRIES)
		step = walk->count / SLOW_TRIES;
	walk->step = deed->slow && step ? step : 1;
}

static unsigned int walk_next(const struct deed *deed, const struct walk *walk, unsigned int n)
{
	if (n < deed->dense)
		return n + 1;
	return n + (n ? walk->step : 1 + crowd_number("NVMUX_SEED", time(NULL)) % walk->step);
}

static void walk_on(struct try *try, struct walk *walk)
{
	enum nth_result result = NTH_FAILED;
	unsigned int n = walk_next(try->deed, walk, 0), idle = 0;

	while (n < FAR && result != NTH_PASSED && idle < IDLE_TRIES && !try_begin(try, walk)) {
		result = try_act(try, n);
		idle = result == NTH_IDLE ? idle + 1 : 0;
		if (result == NTH_FAILED && try->err)
			refusal_judge(try, n, walk);
		else if (result == NTH_FAILED)
			success_judge(try, n, walk);
		else if (try->err)
			flaws_add(&walk->flaws, "%u: not by us: %d %s", n, try->err, try->said);
		if (result == NTH_FAILED)
			n = walk_next(try->deed, walk, n);
	}
}

void walk_deed(const char *name, const struct deed *deed, const struct stage *stage,
	       struct scene *scene, const struct nl_sock *sock, struct walk *walk)
{
	struct try try = { .deed = deed, .stage = stage, .scene = scene, .sock = sock };

	*walk = (struct walk){};
	if (walk_well(&try, walk)) {
		walk_plan(deed, walk);
		if (walk->count)
			walk_on(&try, walk);
	}
	printf("# failed %u allocations in deed %s: %u refused, %u done without, every %u. of %u\n",
	       walk->refused + walk->done_without, name, walk->refused, walk->done_without,
	       walk->step, walk->count);
	fflush(stdout);
}
