// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One exchange with the kernel: send, collect the answers, keep the refusal.
 *
 * libnl folds the kernel's errno into its own smaller set and drops the
 * extended ack, so both are read here from the raw error message.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <netlink/genl/ctrl.h>

#include "../basic/utf8.h"
#include "nl.h"

#define LIST_ATTEMPTS 5
#define RECEIVE_BUFFER (256 * 1024)

struct exchange {
	struct nvnl_result *result;
	uint32_t seq;
	nvnl_parse_t parse;
	void *userdata;
};

int nvnl_errno(int nle)
{
	switch (abs(nle)) {
	case NLE_SUCCESS:
		return 0;
	case NLE_NOMEM:
		return -ENOBUFS;
	case NLE_AGAIN:
		return -ETIMEDOUT;
	case NLE_PERM:
		return -EPERM;
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_MSG_TRUNC:
	case NLE_MSGSIZE:
		return -EMSGSIZE;
	default:
		return -EIO;
	}
}

/* The answer is there before sendmsg() returns; the limit is for a kernel gone mad. */
static void set_options(struct nl_sock *sock)
{
	struct timeval limit = { .tv_sec = 10 };
	int fd = nl_socket_get_fd(sock), one = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	(void)nl_socket_set_buffer_size(sock, RECEIVE_BUFFER, 0);
	nl_socket_enable_msg_peek(sock);
}

int nvnl_connect(struct nl_sock **ret_sock, int *ret_family)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err, family;

	if (!sock)
		return -ENOMEM;
	err = genl_connect(sock);
	if (err < 0) {
		err = nvnl_errno(err);
		goto free_sock;
	}
	family = genl_ctrl_resolve(sock, NVMUX_FAMILY_NAME);
	if (family < 0) {
		err = nvnl_errno(family);
		goto free_sock;
	}
	set_options(sock);
	*ret_sock = sock;
	*ret_family = family;
	return 0;

free_sock:
	nl_socket_free(sock);
	return err;
}

struct nl_msg *nvnl_request(const struct nvmux *nvmux, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nvmux->family, 0, flags,
			 (uint8_t)cmd, NVMUX_FAMILY_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

struct nl_msg *nvnl_request_about(const struct nvmux *nvmux, int cmd, int flags, int attr,
				  const char *name)
{
	struct nl_msg *msg = nvnl_request(nvmux, cmd, flags);

	if (msg && name && nla_put_string(msg, attr, name) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* The TLV gives the place in the request, the request is echoed in the error. */
static int attr_at(const struct nlmsghdr *request, size_t room, uint32_t offset)
{
	struct nlattr nla;

	if (offset > room || room - offset < sizeof(nla))
		return 0;
	memcpy(&nla, (const char *)request + offset, sizeof(nla));
	return nla.nla_type & NLA_TYPE_MASK;
}

static void read_tlvs(struct nvnl_result *result, struct nlattr *head, int len,
		      const struct nlmsghdr *request, size_t room)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (len <= 0 || nla_parse(tb, NLMSGERR_ATTR_MAX, head, len, NULL) < 0)
		return;
	if (tb[NLMSGERR_ATTR_MSG]) {
		nla_strlcpy(result->text, tb[NLMSGERR_ATTR_MSG], sizeof(result->text));
		utf8_clean(result->text);
	}
	if (tb[NLMSGERR_ATTR_MISS_TYPE] && nla_len(tb[NLMSGERR_ATTR_MISS_TYPE]) >= 4)
		result->attr = (int)nla_get_u32(tb[NLMSGERR_ATTR_MISS_TYPE]);
	else if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) >= 4 && request)
		result->attr = attr_at(request, room, nla_get_u32(tb[NLMSGERR_ATTR_OFFS]));
}

void nvnl_refused(struct nvnl_result *result, const struct nlmsghdr *nlh)
{
	struct nlmsgerr *e = nlmsg_data(nlh);
	int room = nlmsg_datalen(nlh), at = NLMSG_ALIGN((int)sizeof(*e));
	bool capped = nlh->nlmsg_flags & NLM_F_CAPPED;
	int echo;

	if (room < (int)sizeof(*e))
		return;
	result->err = e->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	echo = capped ? (int)sizeof(e->msg) : (int)e->msg.nlmsg_len;
	if (echo < (int)sizeof(e->msg) || echo > room)
		return;
	at = NLMSG_ALIGN((int)sizeof(e->error) + echo);
	read_tlvs(result, (struct nlattr *)((char *)e + at), room - at,
		  capped ? NULL : &e->msg, (size_t)echo);
}

void nvnl_done(struct nvnl_result *result, const struct nlmsghdr *nlh)
{
	int room = nlmsg_datalen(nlh), at = NLMSG_ALIGN((int)sizeof(int));

	if (room < (int)sizeof(int))
		return;
	memcpy(&result->err, nlmsg_data(nlh), sizeof(result->err));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		read_tlvs(result, (struct nlattr *)((char *)nlmsg_data(nlh) + at), room - at,
			  NULL, 0);
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *userdata)
{
	struct exchange *x = userdata;

	(void)from;
	nvnl_refused(x->result, (struct nlmsghdr *)((char *)e - NLMSG_HDRLEN));
	x->result->pending = false;
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *userdata)
{
	struct exchange *x = userdata;

	(void)msg;
	x->result->pending = false;
	return NL_STOP;
}

static int on_finish(struct nl_msg *msg, void *userdata)
{
	struct exchange *x = userdata;

	nvnl_done(x->result, nlmsg_hdr(msg));
	x->result->pending = false;
	return NL_STOP;
}

static int on_valid(struct nl_msg *msg, void *userdata)
{
	struct exchange *x = userdata;
	int err = 0;

	if (x->parse)
		err = x->parse(nlmsg_hdr(msg), x->userdata);
	if (err < 0 && !x->result->err)
		x->result->err = err;
	return NL_OK;
}

static int on_interrupted(struct nl_msg *msg, void *userdata)
{
	struct exchange *x = userdata;

	(void)msg;
	x->result->interrupted = true;
	return NL_OK;
}

/* Answers to an exchange that was given up are left in the socket: skip them. */
static int on_seq(struct nl_msg *msg, void *userdata)
{
	struct exchange *x = userdata;

	return nlmsg_hdr(msg)->nlmsg_seq == x->seq ? NL_OK : NL_SKIP;
}

static struct nl_cb *exchange_callbacks(struct exchange *x)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return NULL;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, x);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, x);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, x);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, x);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_seq, x);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, x);
	return cb;
}

static int exchange_run(struct nl_sock *sock, struct nl_msg *msg, struct exchange *x)
{
	struct nl_cb *cb = exchange_callbacks(x);
	int nle;

	if (!cb)
		return -ENOMEM;
	nle = nl_send_auto(sock, msg);
	x->seq = nlmsg_hdr(msg)->nlmsg_seq;
	while (nle >= 0 && x->result->pending)
		nle = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	return x->result->pending ? nvnl_errno(nle) : x->result->err;
}

int nvnl_call(struct nvmux *nvmux, struct nl_msg *msg, nvnl_parse_t parse, void *userdata)
{
	struct exchange x = { .result = &nvmux->last, .parse = parse, .userdata = userdata };

	nvmux->last = (struct nvnl_result){ .pending = true };
	if (!msg)
		return -ENOMEM;
	nvmux->last.err = exchange_run(nvmux->sock, msg, &x);
	nlmsg_free(msg);
	return nvmux->last.err;
}

static int list_add(struct nlmsghdr *nlh, void *userdata)
{
	struct nvnl_list *list = userdata;
	void *items = reallocarray(list->items, list->n + 1, list->size);
	int err;

	if (!items)
		return -ENOMEM;
	list->items = items;
	err = list->parse(nlh, (char *)items + list->n * list->size);
	if (!err)
		list->n++;
	return err;
}

int nvnl_call_list(struct nvmux *nvmux, int cmd, int attr, const char *name,
		   struct nvnl_list *list)
{
	int err = -EAGAIN;

	for (int i = 0; i < LIST_ATTEMPTS; i++) {
		list->n = 0;
		err = nvnl_call(nvmux, nvnl_request_about(nvmux, cmd, NLM_F_DUMP, attr, name),
				list_add, list);
		if (err || !nvmux->last.interrupted)
			break;
		err = -EAGAIN;
	}
	if (err) {
		free(list->items);
		list->items = NULL;
		list->n = 0;
	}
	return err;
}
