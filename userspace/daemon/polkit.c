// SPDX-License-Identifier: GPL-2.0-only
/*
 * One question per call that is set aside. The call is put back into the
 * queue of its bus when the answer is there, and is then told apart from
 * others by being the same message.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "polkit.h"

/* Beyond that somebody asks who is not served anyway. */
#define QUESTIONS_MAX 64

#define ALONE_USEC 10000000ULL
/* A person types a password. */
#define PERSON_USEC 120000000ULL

struct question {
	LIST_ENTRY(question) link;
	sd_bus_message *call;
	sd_bus_slot *slot;
	enum polkit_answer answer;	/* POLKIT_LATER: none yet */
	bool told;
};

static LIST_HEAD(, question) questions = LIST_HEAD_INITIALIZER(questions);
static unsigned int n_questions;

static struct question *find(const sd_bus_message *call)
{
	struct question *q;

	LIST_FOREACH(q, &questions, link)
		if (q->call == call)
			return q;
	return NULL;
}

static void question_free(struct question *q)
{
	LIST_REMOVE(q, link);
	n_questions--;
	sd_bus_slot_unref(q->slot);
	sd_bus_message_unref(q->call);
	free(q);
}

static bool is_absent(const sd_bus_error *error)
{
	return sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	       sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER);
}

static enum polkit_answer read_answer(sd_bus_message *reply)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	int authorised = 0, challenge = 0;

	if (error && is_absent(error))
		return POLKIT_ABSENT;
	if (error)
		log_warning("polkit cannot be asked: %s", error->message ? error->message :
								    error->name);
	if (error || sd_bus_message_enter_container(reply, 'r', "bba{ss}") < 0 ||
	    sd_bus_message_read(reply, "bb", &authorised, &challenge) < 0)
		return POLKIT_NO;
	return authorised ? POLKIT_YES : POLKIT_NO;
}

static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct question *q = userdata;

	(void)error;
	q->answer = read_answer(reply);
	if (sd_bus_enqueue_for_read(sd_bus_message_get_bus(q->call), q->call) < 0)
		question_free(q);
	return 1;
}

static int ask(struct question *q, const char *action)
{
	sd_bus *bus = sd_bus_message_get_bus(q->call);
	int person = sd_bus_message_get_allow_interactive_authorization(q->call) > 0;
	sd_bus_message *m = NULL;
	int err;

	err = sd_bus_message_new_method_call(bus, &m, "org.freedesktop.PolicyKit1",
					     "/org/freedesktop/PolicyKit1/Authority",
					     "org.freedesktop.PolicyKit1.Authority",
					     "CheckAuthorization");
	if (err >= 0)
		err = sd_bus_message_append(m, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
					    sd_bus_message_get_sender(q->call), action, 0,
					    (uint32_t)person, "");
	if (err >= 0)
		err = sd_bus_call_async(bus, &q->slot, m, on_answer, q,
					person ? PERSON_USEC : ALONE_USEC);
	sd_bus_message_unref(m);
	return err;
}

static enum polkit_answer question_new(sd_bus_message *call, const char *action)
{
	struct question *q;

	if (n_questions >= QUESTIONS_MAX)
		return POLKIT_CROWDED;
	q = calloc(1, sizeof(*q));
	if (!q)
		return POLKIT_NO;
	q->call = sd_bus_message_ref(call);
	q->answer = POLKIT_LATER;
	LIST_INSERT_HEAD(&questions, q, link);
	n_questions++;
	if (ask(q, action) >= 0)
		return POLKIT_LATER;
	question_free(q);
	return POLKIT_NO;
}

enum polkit_answer polkit_check(sd_bus_message *call, const char *action)
{
	struct question *q = find(call);

	if (!q)
		return question_new(call, action);
	q->told = true;
	return q->answer;
}

void polkit_sweep(const sd_bus_message *but)
{
	struct question *q, *next;

	for (q = LIST_FIRST(&questions); q; q = next) {
		next = LIST_NEXT(q, link);
		if (q->told && q->call != but)
			question_free(q);
	}
}

int polkit_agreed(const sd_bus_message *call)
{
	struct question *q = find(call);

	return q && q->answer == POLKIT_YES;
}

void polkit_forget(const sd_bus_message *call)
{
	struct question *q = find(call);

	if (q)
		question_free(q);
}

void polkit_forget_all(void)
{
	struct question *q, *next;

	LIST_FOREACH_FREE(q, &questions, link, next)
		question_free(q);
}
