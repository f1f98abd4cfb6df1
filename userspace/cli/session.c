// SPDX-License-Identifier: GPL-2.0-only
/*
 * What most verbs begin with: connect, ask for all there is, find the object that is meant.
 */
#include <ctype.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/session.h"

int session_open(struct session *s)
{
	int code;

	code = bus_open(&s->bus);
	return code ? code : world_get(s->bus, &s->world);
}

void session_close(struct session *s)
{
	world_clear(&s->world);
	sd_bus_flush_close_unref(s->bus);
}

int session_open_gpus(struct session *s)
{
	int code;

	code = bus_open(&s->bus);
	return code ? code : world_get_gpus(s->bus, &s->world);
}

int session_open_gpu(struct session *s, const char *word, const struct gpu **ret)
{
	int code;

	code = check_gpu(word);
	if (!code)
		code = session_open_gpus(s);
	return code ? code : world_find_gpu(&s->world, word, ret);
}

int session_open_vgpu(struct session *s, const char *uuid, const struct vgpu **ret)
{
	int code;

	code = check_uuid(uuid);
	if (!code)
		code = session_open(s);
	return code ? code : world_find_vgpu(&s->world, uuid, ret);
}

static bool is_whole(const char *word)
{
	return strchr(word, ':') != strrchr(word, ':');
}

static void address_set(struct session *s, const char *word)
{
	size_t i;

	for (i = 0; word[i] && i < sizeof(s->address) - 1; i++)
		s->address[i] = (char)tolower((unsigned char)word[i]);
}

static int address_look_up(struct session *s, const char *word)
{
	const struct gpu *gpu;
	int code;

	code = world_get_gpus(s->bus, &s->world);
	if (!code)
		code = world_find_gpu(&s->world, word, &gpu);
	if (!code)
		address_set(s, gpu->address);
	return code;
}

int session_open_address(struct session *s, const char *word)
{
	int code;

	code = check_gpu(word);
	if (!code)
		code = bus_open(&s->bus);
	if (code)
		return code;
	if (!is_whole(word))
		return address_look_up(s, word);
	address_set(s, word);
	return CODE_OK;
}

/* Into a world of its own: the name may be part of the old one. */
int session_show_gpu(struct session *s, const struct output *o, const char *address)
{
	_cleanup_world_ struct world now = {};
	const struct gpu *gpu;
	int code;

	code = world_get_gpus(s->bus, &now);
	if (!code)
		code = world_find_gpu(&now, address, &gpu);
	return code ? code : output_show(o, &gpu_noun, gpu);
}

int session_gpu_changed(struct session *s, const struct args *a, int code)
{
	if (code || !a->output.json)
		return code;
	return session_show_gpu(s, &a->output, s->address);
}
