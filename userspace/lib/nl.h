/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One connection to the family: requests, answers, and what the kernel said
 * when it refused. Knows no GPU and no vGPU.
 */
#ifndef NVMUX_LIB_NL_H
#define NVMUX_LIB_NL_H

#include <netlink/netlink.h>
#include <netlink/genl/genl.h>

#include "libnvmux.h"

/* The result of one exchange; see nvnl_call(). */
struct nvnl_result {
	bool pending;			/* until the last message has come */
	int err;			/* 0 or the kernel's -errno */
	bool interrupted;		/* the dump is not consistent */
	int attr;
	char text[NVMUX_TEXT_SIZE];
};

struct nvmux {
	struct nl_sock *sock;
	int family;
	struct nvnl_result last;
};

/* Called for each answer; a negative return ends up as the error of the call. */
typedef int (*nvnl_parse_t)(struct nlmsghdr *nlh, void *userdata);

int nvnl_connect(struct nl_sock **ret_sock, int *ret_family);
int nvnl_errno(int nle);

struct nl_msg *nvnl_request(const struct nvmux *nvmux, int cmd, int flags);

/* The same with the name of the thing that it is about; NULL: about all. */
struct nl_msg *nvnl_request_about(const struct nvmux *nvmux, int cmd, int flags, int attr,
				  const char *name);

/* Sends the request (and frees it), parses the answers, keeps the refusal. */
int nvnl_call(struct nvmux *nvmux, struct nl_msg *msg, nvnl_parse_t parse, void *userdata);

/* Reads the TLVs behind an error: text and offending attribute. */
void nvnl_refused(struct nvnl_result *result, const struct nlmsghdr *nlh);
void nvnl_done(struct nvnl_result *result, const struct nlmsghdr *nlh);

/* Any number of answers, collected into one array of structs. */
struct nvnl_list {
	void *items;
	size_t n;
	size_t size;			/* of one item */
	int (*parse)(struct nlmsghdr *nlh, void *item);
};

/* Asks about the thing of that name, or all, and again when the list changed meanwhile. */
int nvnl_call_list(struct nvmux *nvmux, int cmd, int attr, const char *name,
		   struct nvnl_list *list);

#endif
