// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <libnvmux_test/nl.h>

/* No request takes longer, also on an emulated CPU with all of the kernel's debugging. */
#define ANSWER_SECONDS 20

#define ATTRS_OFFSET (NLMSG_HDRLEN + GENL_HDRLEN)

struct answer {
	struct nl_object *list;
	int max;
	int n;
	bool done;
	int err;
};

static const struct nlattr *attr_next(const struct nlattr *attr)
{
	return (const void *)((const uint8_t *)attr + NLA_ALIGN(attr->nla_len));
}

static bool attr_ok(const struct nlattr *attr, const void *end)
{
	size_t left = (const uint8_t *)end - (const uint8_t *)attr;

	return (const void *)attr < end && left >= sizeof(*attr) &&
	       attr->nla_len >= sizeof(*attr) && attr->nla_len <= left;
}

static const struct nlattr *attr_find(const void *first, size_t len, int type)
{
	const void *end = (const uint8_t *)first + len;
	const struct nlattr *attr;

	for (attr = first; attr_ok(attr, end); attr = attr_next(attr))
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
	return NULL;
}

static const void *attr_data(const struct nlattr *attr)
{
	return (const uint8_t *)attr + NLA_HDRLEN;
}

const struct nlattr *nl_attr(const struct nl_object *object, int type)
{
	return attr_find(object->attrs, object->len, type);
}

bool nl_has(const struct nl_object *object, int type)
{
	return nl_attr(object, type);
}

static uint64_t attr_number(const struct nl_object *object, int type, size_t size)
{
	const struct nlattr *attr = nl_attr(object, type);
	uint64_t value = 0;

	if (attr && attr->nla_len == NLA_HDRLEN + size)
		memcpy(&value, attr_data(attr), size);
	return value;
}

uint32_t nl_u32(const struct nl_object *object, int type)
{
	return attr_number(object, type, sizeof(uint32_t));
}

uint64_t nl_u64(const struct nl_object *object, int type)
{
	return attr_number(object, type, sizeof(uint64_t));
}

const char *nl_str(const struct nl_object *object, int type)
{
	const struct nlattr *attr = nl_attr(object, type);

	return attr ? attr_data(attr) : "";
}

/* Byte by byte: same attributes, same order, same values. */
bool nl_same_attrs(const struct nl_object *a, const struct nl_object *b)
{
	return a->len == b->len && !memcmp(a->attrs, b->attrs, a->len);
}

void nl_request_init(struct nl_request *req, struct nl_sock *sock, uint8_t cmd, uint16_t flags)
{
	struct genlmsghdr *genl;

	memset(req, 0, sizeof(*req));
	req->len = ATTRS_OFFSET;
	req->head.nlmsg_len = req->len;
	req->head.nlmsg_type = sock->family;
	req->head.nlmsg_flags = NLM_F_REQUEST | flags;
	req->head.nlmsg_seq = ++sock->seq;
	genl = NLMSG_DATA(&req->head);
	genl->cmd = cmd;
	genl->version = NVMUX_FAMILY_VERSION;
}

void nl_put(struct nl_request *req, uint16_t type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)(req->bytes + req->len);

	if (req->len + NLA_HDRLEN + NLA_ALIGN(len) > sizeof(req->bytes))
		abort();
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy((uint8_t *)attr + NLA_HDRLEN, data, len);
	req->len += NLA_ALIGN(attr->nla_len);
	req->head.nlmsg_len = req->len;
}

void nl_put_u32(struct nl_request *req, uint16_t type, uint32_t value)
{
	nl_put(req, type, &value, sizeof(value));
}

void nl_put_str(struct nl_request *req, uint16_t type, const char *text)
{
	nl_put(req, type, text, strlen(text) + 1);
}

int nl_send(struct nl_sock *sock, const struct nl_request *req)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n = sendto(sock->fd, req->bytes, req->len, 0, (void *)&kernel, sizeof(kernel));

	return n < 0 ? -errno : 0;
}

/* The kernel tells an offset into the request; tests want to know which attribute is there. */
static int attr_type_at(const struct nl_request *req, uint32_t offset)
{
	const struct nlattr *attr = (const void *)(req->bytes + offset);

	if (offset < ATTRS_OFFSET || !attr_ok(attr, req->bytes + req->len))
		return -1;
	return attr->nla_type & NLA_TYPE_MASK;
}

static void extack_parse(struct nl_sock *sock, const struct nl_request *req, const void *tlvs,
			 size_t len)
{
	const struct nlattr *text = attr_find(tlvs, len, NLMSGERR_ATTR_MSG);
	const struct nlattr *offset = attr_find(tlvs, len, NLMSGERR_ATTR_OFFS);
	const struct nlattr *missing = attr_find(tlvs, len, NLMSGERR_ATTR_MISS_TYPE);

	if (text)
		strncpy(sock->text, attr_data(text), sizeof(sock->text) - 1);
	if (offset)
		sock->bad_attr = attr_type_at(req, *(const uint32_t *)attr_data(offset));
	if (missing)
		sock->missing_attr = *(const uint32_t *)attr_data(missing);
}

/* With NETLINK_CAP_ACK nothing of the request stands between the header and the TLVs. */
static void ack_parse(struct nl_sock *sock, const struct nl_request *req,
		      const struct nlmsghdr *head, struct answer *answer)
{
	size_t fixed = head->nlmsg_type == NLMSG_DONE ? sizeof(int) : sizeof(struct nlmsgerr);
	const uint8_t *data = NLMSG_DATA(head);

	answer->done = true;
	memcpy(&answer->err, data, sizeof(answer->err));
	if (head->nlmsg_flags & NLM_F_ACK_TLVS)
		extack_parse(sock, req, data + fixed, head->nlmsg_len - NLMSG_HDRLEN - fixed);
}

static void object_parse(const struct nlmsghdr *head, struct nl_object *object)
{
	const struct genlmsghdr *genl = NLMSG_DATA(head);

	object->cmd = genl->cmd;
	object->len = head->nlmsg_len - ATTRS_OFFSET;
	memcpy(object->attrs, (const uint8_t *)head + ATTRS_OFFSET, object->len);
}

static void message_parse(struct nl_sock *sock, const struct nl_request *req,
			  const struct nlmsghdr *head, struct answer *answer)
{
	if (head->nlmsg_seq != req->head.nlmsg_seq)
		return;
	if (head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE) {
		ack_parse(sock, req, head, answer);
		return;
	}
	if (answer->n < answer->max)
		object_parse(head, &answer->list[answer->n]);
	answer->n++;
}

static int answer_receive(struct nl_sock *sock, const struct nl_request *req,
			  struct answer *answer)
{
	static uint8_t buf[65536] __attribute__((aligned(8)));
	ssize_t left = recv(sock->fd, buf, sizeof(buf), 0);
	const struct nlmsghdr *head = (void *)buf;

	if (left < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	for (; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left))
		message_parse(sock, req, head, answer);
	return 0;
}

static int exchange(struct nl_sock *sock, struct nl_request *req, struct answer *answer)
{
	int err;

	sock->text[0] = '\0';
	sock->bad_attr = 0;
	sock->missing_attr = 0;
	err = nl_send(sock, req);
	while (!err && !answer->done)
		err = answer_receive(sock, req, answer);
	return err ? err : answer->err;
}

/* A request that replies is acknowledged as well, so that the end of each is the acknowledgment. */
int nl_call(struct nl_sock *sock, struct nl_request *req, struct nl_object *reply)
{
	struct answer answer = { .list = reply, .max = reply ? 1 : 0 };
	int err;

	req->head.nlmsg_flags |= NLM_F_ACK;
	err = exchange(sock, req, &answer);
	return !err && reply && answer.n != 1 ? -EPROTO : err;
}

int nl_dump(struct nl_sock *sock, struct nl_request *req, struct nl_object *list, int max)
{
	struct answer answer = { .list = list, .max = max };
	int err;

	req->head.nlmsg_flags |= NLM_F_DUMP;
	err = exchange(sock, req, &answer);
	return err ? err : answer.n;
}

static uint32_t group_find(const struct nl_object *family, const char *name)
{
	const struct nlattr *groups = nl_attr(family, CTRL_ATTR_MCAST_GROUPS);
	const struct nlattr *group, *attr;
	const uint8_t *end;

	if (!groups)
		return 0;
	end = (const uint8_t *)groups + groups->nla_len;
	for (group = attr_data(groups); attr_ok(group, end); group = attr_next(group)) {
		size_t len = group->nla_len - NLA_HDRLEN;

		attr = attr_find(attr_data(group), len, CTRL_ATTR_MCAST_GRP_NAME);
		if (!attr || strcmp(attr_data(attr), name))
			continue;
		attr = attr_find(attr_data(group), len, CTRL_ATTR_MCAST_GRP_ID);
		return attr ? *(const uint32_t *)attr_data(attr) : 0;
	}
	return 0;
}

static int family_resolve(struct nl_sock *sock)
{
	struct nl_object family;
	struct nl_request req;
	int err;

	sock->family = GENL_ID_CTRL;
	nl_request_init(&req, sock, CTRL_CMD_GETFAMILY, 0);
	nl_put_str(&req, CTRL_ATTR_FAMILY_NAME, NVMUX_FAMILY_NAME);
	err = nl_call(sock, &req, &family);
	if (err)
		return err;
	sock->family = attr_number(&family, CTRL_ATTR_FAMILY_ID, sizeof(uint16_t));
	sock->group = group_find(&family, NVMUX_MCGRP_MONITOR);
	return 0;
}

static int sock_setup(struct nl_sock *sock)
{
	struct timeval timeout = { .tv_sec = ANSWER_SECONDS };
	struct sockaddr_nl name = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(name);
	int one = 1;

	if (bind(sock->fd, (void *)&name, sizeof(name)) ||
	    getsockname(sock->fd, (void *)&name, &len) ||
	    setsockopt(sock->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(sock->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one)) ||
	    setsockopt(sock->fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		return -errno;
	sock->port = name.nl_pid;
	return 0;
}

int nl_open(struct nl_sock *sock)
{
	int err;

	memset(sock, 0, sizeof(*sock));
	sock->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (sock->fd < 0)
		return -errno;
	err = sock_setup(sock);
	if (!err)
		err = family_resolve(sock);
	if (err)
		nl_close(sock);
	return err;
}

void nl_close(struct nl_sock *sock)
{
	if (sock->fd >= 0)
		close(sock->fd);
	sock->fd = -1;
}

int nl_monitor(struct nl_sock *sock)
{
	int err = setsockopt(sock->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &sock->group,
			     sizeof(sock->group));

	return err ? -errno : 0;
}

int nl_event(struct nl_sock *sock, struct nl_object *event, int timeout_ms)
{
	static uint8_t buf[65536] __attribute__((aligned(8)));
	struct pollfd fd = { .fd = sock->fd, .events = POLLIN };
	const struct nlmsghdr *head = (void *)buf;
	ssize_t n;

	if (poll(&fd, 1, timeout_ms) != 1)
		return -ETIMEDOUT;
	n = recv(sock->fd, buf, sizeof(buf), 0);
	if (n < 0)
		return -errno;
	if (!NLMSG_OK(head, n) || head->nlmsg_type != sock->family)
		return -EPROTO;
	object_parse(head, event);
	return 0;
}
