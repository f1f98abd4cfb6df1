// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../basic/log.h"
#include "output.h"

#define LINE_SIZE 256

/**
 * struct output - one end of a pipe
 * @name: of the program, for the log
 * @line: what has come of the line that is not complete; more than fits is cut
 */
struct output {
	int fd;
	sd_event_source *source;
	char name[64];
	char line[LINE_SIZE];
	size_t len;
	char last[LINE_SIZE];
};

static void end_line(struct output *output)
{
	output->line[output->len] = '\0';
	output->len = 0;
	if (!output->line[0])
		return;
	log_info("%s: %s", output->name, output->line);
	memcpy(output->last, output->line, sizeof(output->last));
}

static void take(struct output *output, const char *text, size_t n)
{
	for (; n; n--, text++) {
		if (*text == '\n')
			end_line(output);
		else if (output->len < LINE_SIZE - 1)
			output->line[output->len++] = *text;
	}
}

/* Return: false when nothing more can come. */
static bool read_some(struct output *output)
{
	char text[1024];
	ssize_t n;

	while ((n = read(output->fd, text, sizeof(text))) > 0)
		take(output, text, (size_t)n);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	(void)fd;
	(void)events;
	if (!read_some(userdata))
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return 0;
}

int output_new(sd_event *event, const char *path, struct output **ret, int *end)
{
	struct output *output = calloc(1, sizeof(*output));
	const char *slash = strrchr(path, '/');
	int ends[2], err;

	if (!output)
		return -ENOMEM;
	(void)snprintf(output->name, sizeof(output->name), "%s", slash ? slash + 1 : path);
	if (pipe2(ends, O_CLOEXEC) < 0) {
		err = -errno;
		free(output);
		return err;
	}
	output->fd = ends[0];
	(void)fcntl(output->fd, F_SETFL, O_NONBLOCK);
	err = sd_event_add_io(event, &output->source, output->fd, EPOLLIN, on_readable, output);
	if (err < 0) {
		close(ends[1]);
		output_free(output);
		return err;
	}
	*end = ends[1];
	*ret = output;
	return 0;
}

void output_free(struct output *output)
{
	if (!output)
		return;
	sd_event_source_disable_unref(output->source);
	close(output->fd);
	free(output);
}

void output_read(struct output *output)
{
	(void)read_some(output);
	if (output->len)
		end_line(output);
}

const char *output_last_line(const struct output *output)
{
	return output->last;
}
