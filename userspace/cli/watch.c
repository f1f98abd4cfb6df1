// SPDX-License-Identifier: GPL-2.0-only
/*
 * --watch: events say when to look again, not what has changed. Many that
 * come together are looked at once.
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "cli/bus.h"
#include "cli/watch.h"

/* Processes that end and VMs that start give no event of the daemon. */
#define LOOK_USEC 5000000
#define REST_USEC 200000

static volatile sig_atomic_t ended;

static void on_signal(int sig)
{
	(void)sig;
	ended = 1;
}

/* Without SA_RESTART, so that whoever waits stops. */
static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int on_event(sd_bus_message *message, void *data, sd_bus_error *error)
{
	(void)message;
	(void)error;
	*(bool *)data = true;
	return 0;
}

/* Until something has happened, and then a moment for what belongs to it. */
static int wait_for_event(sd_bus *bus, bool *happened)
{
	int r;

	for (*happened = false; !*happened && !ended;) {
		r = sd_bus_process(bus, NULL);
		if (r == 0) {
			r = sd_bus_wait(bus, LOOK_USEC);
			if (r == 0)
				return 0;
		}
		if (r < 0 && r != -EINTR)
			return r;
	}
	usleep(REST_USEC);
	while (sd_bus_process(bus, NULL) > 0)
		;
	return 0;
}

static int look(const struct args *a, int (*fn)(const struct args *a))
{
	int code;

	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[2J", a->output.file);
	code = fn(a);
	return code ? code : output_end(&a->output);
}

int watch_run(const struct args *a, int (*fn)(const struct args *a))
{
	_cleanup_bus_ sd_bus *bus = NULL;
	bool happened;
	int code, r;

	code = bus_open(&bus);
	if (code)
		return code;
	r = sd_bus_match_signal(bus, NULL, BUS_NAME, BUS_ROOT, BUS_MANAGER, "Event", on_event,
				&happened);
	catch_signals();
	while (r >= 0 && !code && !ended) {
		code = look(a, fn);
		if (!code && !ended)
			r = wait_for_event(bus, &happened);
	}
	return r < 0 ? bus_fail(r, NULL) : ended ? CODE_OK : code;
}
