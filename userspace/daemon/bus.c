// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection, the tree of objects, and what all interfaces share.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "access.h"
#include "bus.h"
#include "job.h"
#include "source.h"

static const struct {
	int err;
	const char *name;
} error_names[] = {
	{ EBUSY, "org.nvmux1.Error.Busy" },
	{ EOPNOTSUPP, "org.nvmux1.Error.Unsupported" },
	{ EUSERS, "org.nvmux1.Error.NoCapacity" },
	{ ENOSPC, "org.nvmux1.Error.NoCapacity" },
	{ EADDRINUSE, "org.nvmux1.Error.Exists" },
	{ EEXIST, "org.nvmux1.Error.Exists" },
	{ ENODEV, "org.nvmux1.Error.NotFound" },
	{ ENOENT, "org.nvmux1.Error.NotFound" },
	{ EINVAL, "org.nvmux1.Error.Invalid" },
	{ EPERM, "org.nvmux1.Error.Denied" },
	{ EACCES, "org.nvmux1.Error.Policy" },
	{ ENOTCONN, "org.nvmux1.Error.Unreachable" },
	{ ESHUTDOWN, "org.nvmux1.Error.Unreachable" },
	{ EINPROGRESS, "org.nvmux1.Error.Pending" },
	{ ETIMEDOUT, "org.nvmux1.Error.Timeout" },
	{ ECANCELED, "org.nvmux1.Error.Cancelled" },
};

const char *bus_error_name(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(error_names); i++)
		if (error_names[i].err == abs(err))
			return error_names[i].name;
	return "org.nvmux1.Error.Failed";
}

int bus_error(sd_bus_error *error, int err, const char *text)
{
	return sd_bus_error_set(error, bus_error_name(err), text);
}

void bus_answer_error(sd_bus_message *call, int err, const char *text)
{
	int ret = sd_bus_reply_method_errorf(call, bus_error_name(err), "%s", text);

	if (ret < 0)
		log_warning("the caller cannot be answered, ignoring: %s", strerror(-ret));
}

void bus_answer_empty(void *userdata, int err, const char *text)
{
	sd_bus_message *call = userdata;

	if (err)
		bus_answer_error(call, err, text);
	else
		(void)sd_bus_reply_method_return(call, NULL);
	sd_bus_message_unref(call);
}

/* What stands in a path for a character of an id. */
static char path_char(char c)
{
	return isalnum((unsigned char)c) ? c : '_';
}

void bus_path(char path[static BUS_PATH_SIZE], const char *prefix, const char *id)
{
	char *p = path + snprintf(path, BUS_PATH_SIZE, "%s/", prefix);

	for (; *id && p < path + BUS_PATH_SIZE - 1; id++)
		*p++ = path_char(*id);
	*p = '\0';
}

/* The id at the end of a path, as the path has it; NULL when the path is another kind's. */
static const char *path_id(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(path, prefix, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

/* Without making the path of @id: a list of all objects asks that for each pair of them. */
static bool path_id_is(const char *in_path, const char *id)
{
	for (; *id && *in_path == path_char(*id); id++)
		in_path++;
	return !*id && !*in_path;
}

BUS_GETTER(bus_get_chars)
{
	return sd_bus_message_append(reply, "s", (const char *)userdata);
}

BUS_GETTER(bus_get_mode)
{
	uint32_t mode = *(const uint32_t *)userdata;

	return sd_bus_message_append(reply, "s", mode ? nvmux_mode_str(mode) : "");
}

int bus_submitted(sd_bus_message *call, int err)
{
	if (err >= 0)
		return 1;
	sd_bus_message_unref(call);
	return err;
}

int bus_reply_dicts(sd_bus_message *call,
		    int (*append)(sd_bus_message *reply, const void *userdata),
		    const void *userdata)
{
	sd_bus_message *reply = NULL;
	int err = sd_bus_message_new_method_return(call, &reply);

	if (err >= 0)
		err = sd_bus_message_open_container(reply, 'a', "a{sv}");
	if (err >= 0)
		err = append(reply, userdata);
	if (err >= 0)
		err = sd_bus_message_close_container(reply);
	if (err >= 0)
		err = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return err;
}

int bus_need_module(const struct manager *m, sd_bus_error *error)
{
	return m->kernel ? 0 : bus_error(error, -ENOTCONN, "module nvmux is not loaded");
}

static void emit(sd_bus *bus, const struct bus_kind *kind, enum bus_news news, const char *path)
{
	if (news == BUS_ADDED)
		(void)sd_bus_emit_object_added(bus, path);
	else if (news == BUS_REMOVED)
		(void)sd_bus_emit_object_removed(bus, path);
	else
		(void)sd_bus_emit_properties_changed_strv(bus, path, kind->interface, NULL);
}

void bus_event(struct manager *m, const char *event, const char *id, const char *text)
{
	if (m->bus)
		(void)sd_bus_emit_signal(m->bus, BUS_PATH, "org.nvmux1.Manager", "Event", "sss",
					 event, id, text);
}

void bus_tell(struct manager *m, const struct bus_kind *kind, enum bus_news news, const char *id,
	      const char *text)
{
	static const char *const words[] = { "added", "changed", "removed" };
	char path[BUS_PATH_SIZE], event[32];

	if (!m->bus)
		return;
	bus_path(path, kind->path, id);
	emit(m->bus, kind, news, path);
	(void)snprintf(event, sizeof(event), "%s-%s", kind->noun, words[news]);
	bus_event(m, event, id, text);
}

void bus_module_changed(struct manager *m)
{
	if (m->bus)
		(void)sd_bus_emit_properties_changed(m->bus, BUS_PATH, "org.nvmux1.Manager",
						     "ModuleLoaded", NULL);
}

static int find_gpu(sd_bus *bus, const char *path, const char *interface, void *userdata,
		    void **ret, sd_bus_error *error)
{
	const char *id = path_id(path, BUS_PATH_GPU);
	struct manager *m = userdata;
	struct gpu *gpu;

	(void)bus;
	(void)interface;
	(void)error;
	LIST_FOREACH(gpu, &m->gpus, link) {
		if (!id || !path_id_is(id, gpu->observed.bdf))
			continue;
		*ret = gpu;
		return 1;
	}
	return 0;
}

static int find_vgpu(sd_bus *bus, const char *path, const char *interface, void *userdata,
		     void **ret, sd_bus_error *error)
{
	const char *id = path_id(path, BUS_PATH_VGPU);
	struct manager *m = userdata;
	struct vgpu *vgpu;

	(void)bus;
	(void)interface;
	(void)error;
	LIST_FOREACH(vgpu, &m->vgpus, link) {
		if (!id || !path_id_is(id, vgpu->observed.uuid))
			continue;
		*ret = vgpu;
		return 1;
	}
	return 0;
}

static int find_job(sd_bus *bus, const char *path, const char *interface, void *userdata,
		    void **ret, sd_bus_error *error)
{
	const char *id = path_id(path, BUS_PATH_JOB);
	struct manager *m = userdata;
	struct job *job;
	char number[16];

	(void)bus;
	(void)interface;
	(void)error;
	TAILQ_FOREACH(job, &m->jobs, link) {
		(void)snprintf(number, sizeof(number), "%u", job->id);
		if (job->state == JOB_ENDED || !id || !path_id_is(id, number))
			continue;
		*ret = job;
		return 1;
	}
	return 0;
}

static int add_path(struct strset *paths, const char *prefix, const char *id)
{
	char path[BUS_PATH_SIZE];

	bus_path(path, prefix, id);
	return strset_append(paths, path);
}

static int add_job_paths(const struct manager *m, struct strset *paths)
{
	const struct job *job;
	char number[16];
	int err = 0;

	TAILQ_FOREACH(job, &m->jobs, link) {
		(void)snprintf(number, sizeof(number), "%u", job->id);
		if (job->state != JOB_ENDED && !err)
			err = add_path(paths, BUS_PATH_JOB, number);
	}
	return err;
}

static int list_nodes(sd_bus *bus, const char *prefix, void *userdata, char ***ret,
		      sd_bus_error *error)
{
	struct manager *m = userdata;
	struct strset paths = { 0 };
	struct vgpu *vgpu;
	struct gpu *gpu;
	int err = 0;

	(void)bus;
	(void)prefix;
	(void)error;
	LIST_FOREACH(gpu, &m->gpus, link)
		if (!err)
			err = add_path(&paths, BUS_PATH_GPU, gpu->observed.bdf);
	LIST_FOREACH(vgpu, &m->vgpus, link)
		if (!err)
			err = add_path(&paths, BUS_PATH_VGPU, vgpu->observed.uuid);
	if (!err)
		err = add_job_paths(m, &paths);
	if (err) {
		strset_clear(&paths);
		return err;
	}
	*ret = paths.items;
	return 0;
}

/* NVMUX_BUS=session, or an address: for tests on a private bus. */
static int open_bus(sd_bus **ret)
{
	const char *which = getenv("NVMUX_BUS");
	int err;

	if (!which || strcmp(which, "system") == 0)
		return sd_bus_open_system(ret);
	if (strcmp(which, "session") == 0)
		return sd_bus_open_user(ret);
	err = sd_bus_new(ret);
	if (err >= 0)
		err = sd_bus_set_address(*ret, which);
	if (err >= 0)
		err = sd_bus_set_bus_client(*ret, 1);
	return err < 0 ? err : sd_bus_start(*ret);
}

static int add_objects(struct manager *m)
{
	int err = access_start(m);

	if (err >= 0)
		err = sd_bus_add_object_manager(m->bus, NULL, BUS_PATH);
	if (err >= 0)
		err = sd_bus_add_object_vtable(m->bus, NULL, BUS_PATH, "org.nvmux1.Manager",
					       bus_manager_vtable, m);
	if (err >= 0)
		err = sd_bus_add_fallback_vtable(m->bus, NULL, BUS_PATH_GPU, "org.nvmux1.GPU",
						 bus_gpu_vtable, find_gpu, m);
	if (err >= 0)
		err = sd_bus_add_fallback_vtable(m->bus, NULL, BUS_PATH_VGPU, "org.nvmux1.VGPU",
						 bus_vgpu_vtable, find_vgpu, m);
	if (err >= 0)
		err = sd_bus_add_fallback_vtable(m->bus, NULL, BUS_PATH_JOB, "org.nvmux1.Job",
						 bus_job_vtable, find_job, m);
	if (err >= 0)
		err = sd_bus_add_node_enumerator(m->bus, NULL, BUS_PATH, list_nodes, m);
	return err;
}

int bus_start(struct manager *m)
{
	int err = open_bus(&m->bus);

	if (err < 0)
		return err;
	err = add_objects(m);
	if (err < 0)
		return err;
	err = sd_bus_request_name(m->bus, BUS_NAME, 0);
	if (err < 0)
		return err;
	/* without the bus nobody can be answered: the unit starts a new daemon */
	(void)sd_bus_set_exit_on_disconnect(m->bus, 1);
	/* services are started over it after the loop has ended; bus_stop() closes it */
	(void)sd_bus_set_close_on_exit(m->bus, 0);
	err = sd_bus_attach_event(m->bus, m->event, SD_EVENT_PRIORITY_NORMAL);
	return err < 0 ? err : 0;
}

void bus_stop(struct manager *m)
{
	access_stop();
	m->bus = sd_bus_flush_close_unref(m->bus);
}
