/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A generic netlink socket of the family nvmux, by hand: tests must be able to send what no
 * library would, and to see all that the kernel says about it.
 */
#ifndef LIBNVMUX_TEST_NL_H
#define LIBNVMUX_TEST_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nvmux.h>

#define NL_BUF_SIZE 8192

/* A request, or any nonsense that is to be sent. */
struct nl_request {
	size_t len;
	union {
		struct nlmsghdr head;
		uint8_t bytes[NL_BUF_SIZE];
	};
};

/* One object from a reply, a dump or a notification. */
struct nl_object {
	uint8_t cmd;
	size_t len;
	union {
		struct nlattr first;
		uint8_t attrs[NL_BUF_SIZE];
	};
};

struct nl_sock {
	int fd;
	uint32_t port;
	uint16_t family;
	uint32_t group;		/* id of the monitor group */
	uint32_t seq;
	/* What the kernel said to the last request. */
	char text[256];		/* extack text, empty when none */
	int bad_attr;		/* type of the attribute that it did not like, 0 when none */
	int missing_attr;	/* type of the attribute that it missed, 0 when none */
};

/* All return 0 or a negative errno; the kernel's answer counts, and -ETIMEDOUT when none came. */
int nl_open(struct nl_sock *sock);
void nl_close(struct nl_sock *sock);

void nl_request_init(struct nl_request *req, struct nl_sock *sock, uint8_t cmd, uint16_t flags);
void nl_put(struct nl_request *req, uint16_t type, const void *data, size_t len);
void nl_put_u32(struct nl_request *req, uint16_t type, uint32_t value);
void nl_put_str(struct nl_request *req, uint16_t type, const char *text);

int nl_send(struct nl_sock *sock, const struct nl_request *req);
int nl_call(struct nl_sock *sock, struct nl_request *req, struct nl_object *reply);
/* Returns the number of objects, also of those beyond @max. */
int nl_dump(struct nl_sock *sock, struct nl_request *req, struct nl_object *list, int max);

int nl_monitor(struct nl_sock *sock);
int nl_event(struct nl_sock *sock, struct nl_object *event, int timeout_ms);

const struct nlattr *nl_attr(const struct nl_object *object, int type);
bool nl_has(const struct nl_object *object, int type);
uint32_t nl_u32(const struct nl_object *object, int type);
uint64_t nl_u64(const struct nl_object *object, int type);
/* "" when absent. */
const char *nl_str(const struct nl_object *object, int type);
bool nl_same_attrs(const struct nl_object *a, const struct nl_object *b);

#endif
