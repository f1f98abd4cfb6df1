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

void bus_event(struct manager *m, const char *event, const char *id, const char *text);
void bus_module_changed(struct manager *m);

/* Property getters by the type of the member they point to. */
int bus_get_chars(sd_bus *bus, const char *path, const char *interface, const char *property,
		  sd_bus_message *reply, void *userdata, sd_bus_error *error);
int bus_get_mode(sd_bus *bus, const char *path, const char *interface, const char *property,
		 sd_bus_message *reply, void *userdata, sd_bus_error *error);

/* bus-manager.c */
extern const sd_bus_vtable bus_manager_vtable[];

/* bus-gpu.c; the news functions do nothing before the bus is started */
extern const sd_bus_vtable bus_gpu_vtable[];
void bus_gpu_added(struct gpu *gpu);
void bus_gpu_changed(struct gpu *gpu);
void bus_gpu_removed(struct gpu *gpu);

/* bus-vgpu.c */
extern const sd_bus_vtable bus_vgpu_vtable[];
void bus_vgpu_added(struct vgpu *vgpu);
void bus_vgpu_changed(struct vgpu *vgpu);
void bus_vgpu_removed(struct vgpu *vgpu);

#endif
