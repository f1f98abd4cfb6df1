/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The door to D-Bus: translates, authorises, calls. Rules are elsewhere.
 */
#ifndef NVMUX_DAEMON_BUS_H
#define NVMUX_DAEMON_BUS_H

#include <systemd/sd-bus.h>

#include "manager.h"

#define BUS_NAME "org.nvmux1"
#define BUS_PATH "/org/nvmux1"
#define BUS_PATH_GPU "/org/nvmux1/gpu"
#define BUS_PATH_VGPU "/org/nvmux1/vgpu"
#define BUS_PATH_JOB "/org/nvmux1/job"
#define BUS_PATH_SIZE 128

/* bus.c */
int bus_start(struct manager *m);
void bus_stop(struct manager *m);

/* All but letters and digits become '_'. */
void bus_path(char path[static BUS_PATH_SIZE], const char *prefix, const char *id);

/* The name of the D-Bus error for a -errno. */
const char *bus_error_name(int err);
int bus_error(sd_bus_error *error, int err, const char *text);

/* An action_done_t for methods that return nothing; userdata: the call. */
void bus_answer_empty(void *userdata, int err, const char *text);
void bus_answer_error(sd_bus_message *call, int err, const char *text);

/* Gives err back; the call that an action would have answered is let go when there is none. */
int bus_submitted(sd_bus_message *call, int err);

/* Answers with aa{sv}; @append appends each a{sv}. */
int bus_reply_dicts(sd_bus_message *call,
		    int (*append)(sd_bus_message *reply, const void *userdata),
		    const void *userdata);

int bus_need_module(const struct manager *m, sd_bus_error *error);

void bus_module_changed(struct manager *m);

enum bus_news { BUS_ADDED, BUS_CHANGED, BUS_REMOVED };

/**
 * struct bus_kind - one kind of objects
 * @noun: with which their events begin, such as "gpu"
 * @path: below which they are
 */
struct bus_kind {
	const char *noun;
	const char *path;
	const char *interface;
};

/* Tells of an object by the signals of D-Bus and by our event. Nothing before the bus is started. */
void bus_tell(struct manager *m, const struct bus_kind *kind, enum bus_news news, const char *id,
	      const char *text);

/* An event that is not about one object of ours. */
void bus_event(struct manager *m, const char *event, const char *id, const char *text);

/* Property getters by the type of the member they point to. */
#define BUS_GETTER(name)								\
	int name(sd_bus *bus __attribute__((unused)),					\
		 const char *path __attribute__((unused)),				\
		 const char *interface __attribute__((unused)),				\
		 const char *property __attribute__((unused)),				\
		 sd_bus_message *reply, void *userdata,					\
		 sd_bus_error *error __attribute__((unused)))

BUS_GETTER(bus_get_chars);
BUS_GETTER(bus_get_mode);

/* bus-manager.c */
extern const sd_bus_vtable bus_manager_vtable[];

/* bus-definition.c */
int bus_define_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_undefine_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_start_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_stop_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_list_definitions(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* bus-list.c */
int bus_list_gpus(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* bus-type.c */
int bus_list_types(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* bus-holds.c */
int bus_list_holders(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* bus-plan.c */
int bus_plan(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* bus-mode.c: @ret has mode and options of SetMode and Plan */
int bus_read_mode(sd_bus_message *call, struct gpu_wanted *ret, sd_bus_error *error);
int bus_set_mode(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_recover(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* bus-gpu.c */
extern const sd_bus_vtable bus_gpu_vtable[];
void bus_gpu_added(struct gpu *gpu);
void bus_gpu_changed(struct gpu *gpu);
void bus_gpu_removed(struct gpu *gpu);

/* bus-vgpu.c */
extern const sd_bus_vtable bus_vgpu_vtable[];
void bus_vgpu_added(struct vgpu *vgpu);
void bus_vgpu_changed(struct vgpu *vgpu);
void bus_vgpu_removed(struct vgpu *vgpu);

/* bus-job.c */
struct job;

extern const sd_bus_vtable bus_job_vtable[];
int bus_wait_job(sd_bus_message *call, void *userdata, sd_bus_error *error);
void bus_job_added(struct job *job);
void bus_job_changed(struct job *job);

/* Tells how as well; the object is gone then. */
void bus_job_ended(struct job *job);

#endif
