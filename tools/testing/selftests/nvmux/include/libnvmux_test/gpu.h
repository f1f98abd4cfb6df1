/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The requests of the family nvmux, and the mdev files that go with them. All return 0 or a
 * negative errno; what the kernel says besides is in the socket.
 */
#ifndef LIBNVMUX_TEST_GPU_H
#define LIBNVMUX_TEST_GPU_H

#include <libnvmux_test/nl.h>

/* Longer than any switch, also with all of the kernel's debugging. */
#define SWITCH_MS 30000

int64_t now_ms(void);

int gpu_get(struct nl_sock *sock, const char *bdf, struct nl_object *gpu);
enum nvmux_mode gpu_mode(struct nl_sock *sock, const char *bdf);
int gpu_set(struct nl_sock *sock, const char *bdf, enum nvmux_mode mode, uint32_t flags);
/* Waits for the end of the switch; -EIO when it failed, the kernel's reason is in sock->text. */
int gpu_switch_with(struct nl_sock *sock, const char *bdf, enum nvmux_mode mode, uint32_t flags);
/* Whatever holds it off but vGPUs, and without looking at 24 GiB for what a tenant has left. */
int gpu_switch(struct nl_sock *sock, const char *bdf, enum nvmux_mode mode);
int gpu_settle(struct nl_sock *sock, const char *bdf, struct nl_object *gpu);
int gpu_settle_within(struct nl_sock *sock, const char *bdf, struct nl_object *gpu, int ms);
/* Ends the quarantine; -EIO when it did not, the reason is in sock->text. */
int gpu_recover(struct nl_sock *sock, const char *bdf);

#define QUARANTINE_SIZE 256
/* Waits until it is quarantined and tells why. */
bool gpu_quarantine_await(struct nl_sock *sock, const char *bdf, char text[QUARANTINE_SIZE]);

/* Asks for all memory that nobody has to be overwritten. */
int gpu_scrub(struct nl_sock *sock, const char *bdf);
/* The same, and waits until that is going on. */
int gpu_scrub_begin(struct nl_sock *sock, const char *bdf, struct nl_object *gpu);

int gpu_divide(struct nl_sock *sock, const char *bdf, enum nvmux_partition partition);

#define PLACEMENT_ANY UINT32_MAX
/* @ret, unless NULL, receives the first memory slice. */
int gi_new(struct nl_sock *sock, const char *bdf, const char *profile, uint32_t placement,
	   uint32_t *ret);
int gi_del(struct nl_sock *sock, const char *bdf, uint32_t placement);

int vgpu_new_at(struct nl_sock *sock, const char *bdf, const char *type, const char *uuid,
		uint32_t placement, struct nl_object *vgpu);
int vgpu_new(struct nl_sock *sock, const char *bdf, const char *type, const char *uuid,
	     struct nl_object *vgpu);
int vgpu_del(struct nl_sock *sock, const char *uuid);
int vgpu_get(struct nl_sock *sock, const char *uuid, struct nl_object *vgpu);
/* 0 when there is no such vGPU. */
enum nvmux_vgpu_state vgpu_state(struct nl_sock *sock, const char *uuid);
/* All of one GPU, or of all when @bdf is NULL; the number of them. */
int vgpu_dump(struct nl_sock *sock, const char *bdf, struct nl_object *list, int max);

/* More than the catalogue has for any board. */
#define TYPES_MAX 96
/* All of one GPU, or of all when @bdf is NULL; the number of them. */
int type_dump(struct nl_sock *sock, const char *bdf, struct nl_object *list, int max);
int type_get(struct nl_sock *sock, const char *bdf, const char *name, struct nl_object *type);
/* -1 when there is no such type. */
int type_available(struct nl_sock *sock, const char *bdf, const char *name);

int mdev_create(const char *bdf, const char *type, const char *uuid);
int mdev_remove(const char *uuid);
bool mdev_exists(const char *uuid);

#endif
