// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests made from the specification, and spoilt: values, types, lengths, nesting, number of
 * attributes, flags, commands, ends. What the kernel takes is what the specification allows, and
 * what it refuses has changed nothing (I4). On a kernel with kcov, requests that reach code which
 * none before has reached are kept and spoilt further.
 *
 *	NVMUX_SEED	seed, printed by each run; default: the time
 *	NVMUX_COUNT	requests; default: 12000, or as many as fit into 20 seconds
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <kselftest.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/kcov.h>
#include <libnvmux_test/random.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/spec.h>

#define COUNT 12000
#define SECONDS 20
#define ATTRS_OFFSET (NLMSG_HDRLEN + GENL_HDRLEN)
/* Attributes that are still added when that would hardly fit. */
#define FULL (NL_BUF_SIZE - 256)
#define KEPT_MAX 256

#define N(array) (sizeof(array) / sizeof((array)[0]))

static struct nl_sock sock;

static struct {
	unsigned int malformed, refused, changed;
	unsigned int taken_wrongly, changed_wrongly;
} sum;

/* The state, seen from outside: all attributes of all GPUs and vGPUs but what goes on by itself. */

static bool is_lasting(uint8_t cmd, unsigned int type)
{
	return cmd != NVMUX_CMD_GPU_GET ||
	       (type != NVMUX_A_GPU_STEP && type != NVMUX_A_GPU_MEMORY &&
		type != NVMUX_A_GPU_SCRUB_DONE && type != NVMUX_A_GPU_SCRUB_TOTAL);
}

/* FNV-1a */
static uint64_t digest_add(uint64_t digest, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len--)
		digest = (digest ^ *at++) * 0x100000001b3ULL;
	return digest;
}

static uint64_t digest_object(uint64_t digest, uint8_t cmd, const struct nl_object *object)
{
	const struct nlattr *attr;
	size_t at;

	for (at = 0; at + NLA_HDRLEN <= object->len; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const void *)(object->attrs + at);
		if (is_lasting(cmd, attr->nla_type & NLA_TYPE_MASK))
			digest = digest_add(digest, attr, attr->nla_len);
	}
	return digest;
}

static uint64_t digest_dump(uint64_t digest, uint8_t cmd)
{
	static struct nl_object list[64];
	struct nl_request req;
	int n, i;

	nl_request_init(&req, &sock, cmd, 0);
	n = nl_dump(&sock, &req, list, N(list));
	if (n < 0 || n > (int)N(list))
		ksft_exit_fail_msg("command %u cannot be dumped: %d\n", cmd, n);
	for (i = 0; i < n; i++)
		digest = digest_object(digest, cmd, &list[i]);
	return digest;
}

static uint64_t state(void)
{
	return digest_dump(digest_dump(0, NVMUX_CMD_GPU_GET), NVMUX_CMD_VGPU_GET);
}

/* A request as the specification wants it. */

static const char *nonsense(void)
{
	static char text[80];

	memset(text, 'x', sizeof(text) - 1);
	text[random_below(sizeof(text))] = '\0';
	text[sizeof(text) - 1] = '\0';
	return text;
}

/* Mostly of the right kind: a GPU is the first attribute of each set. */
static const char *word(const struct spec_op *op, unsigned int type)
{
	static const char *const profiles[] = { "1g.6gb", "2g.12gb", "4g.24gb" };
	static const char *const uuids[] = { UUID_1, UUID_2, UUID_3, "00000000-0000-0000" };
	static const char *const types[] = {
		"A30-4C", "A30-8C", "A30-24C", "A30-1-6C", "A30-2-12C", "A30-3C",
	};

	if (!random_below(16))
		return nonsense();
	if (type == NVMUX_A_GPU_BDF)
		return sim_gpu(random_below(8) == 0);
	if (op->cmd == NVMUX_CMD_GI_NEW || op->cmd == NVMUX_CMD_GI_DEL)
		return profiles[random_below(N(profiles))];
	return type == NVMUX_A_VGPU_UUID ? uuids[random_below(N(uuids))] :
	       types[random_below(N(types))];
}

static uint32_t number(const struct spec_attr *spec)
{
	if (spec->mask)
		return random_below(8) ? NVMUX_SET_FLAGS_DETACH | NVMUX_SET_FLAGS_NO_SCRUB :
		       random_value() & spec->high;
	if (spec->high < 0x100)
		return spec->low + random_below(spec->high - spec->low + 1);
	return random_below(2) ? random_below(8) : random_value();
}

static void put_attr(struct nl_request *req, const struct spec_op *op,
		     const struct spec_attr *spec)
{
	uint32_t bytes[4] = { random_value(), random_value(), random_value(), random_value() };

	if (req->len > FULL)
		return;
	if (spec->kind == SPEC_STRING)
		nl_put_str(req, spec->type, word(op, spec->type));
	else if (spec->kind == SPEC_U32 || spec->kind == SPEC_S32)
		nl_put_u32(req, spec->type, number(spec));
	else
		nl_put(req, spec->type, bytes, random_below(sizeof(bytes) + 1));
}

static void make(struct nl_request *req)
{
	const struct spec_op *op = spec_op(random_below(8)) ?: spec_op(0);
	bool dump = op->can_dump && (!op->can_do || random_below(4) == 0);
	uint64_t wanted = dump ? op->in_dump : op->in_do;
	unsigned int i;

	nl_request_init(req, &sock, op->cmd, NLM_F_ACK | (dump ? NLM_F_DUMP : 0));
	for (i = 0; i < op->n_attrs; i++)
		if ((wanted >> op->attrs[i].type & 1) && random_below(8))
			put_attr(req, op, &op->attrs[i]);
}

/* One that is not. */

/* What the command has only in answers, or not at all. */
static void add_attrs(struct nl_request *req, unsigned int n)
{
	const struct genlmsghdr *genl = NLMSG_DATA(&req->head);
	const struct spec_op *op = spec_op_of(genl->cmd) ?: spec_op(0);
	const struct spec_attr unknown = { .type = random_any(), .kind = SPEC_NEST };

	while (n--)
		put_attr(req, op, random_below(4) ? &op->attrs[random_below(op->n_attrs)] :
			 &unknown);
}

static struct nlattr *any_attr(struct nl_request *req)
{
	struct nlattr *attr = (void *)(req->bytes + ATTRS_OFFSET);
	unsigned int n = random_below(4);

	while (n-- && attr->nla_len >= NLA_HDRLEN &&
	       (uint8_t *)attr + attr->nla_len + NLA_HDRLEN < req->bytes + req->len)
		attr = (void *)((uint8_t *)attr + NLA_ALIGN(attr->nla_len));
	return attr;
}

static void spoil_attr(struct nl_request *req)
{
	struct nlattr *attr = any_attr(req);

	if (random_below(2))
		attr->nla_len += random_below(17) - 8;
	else
		attr->nla_type ^= random_below(2) ? NLA_F_NESTED : 1U << random_below(16);
}

static void set_len(struct nl_request *req, size_t len)
{
	req->len = len;
	req->head.nlmsg_len = len;
}

static void spoil(struct nl_request *req)
{
	struct genlmsghdr *genl = NLMSG_DATA(&req->head);

	switch (random_below(10)) {
	case 0:
		genl->cmd = random_below(2) ? random_below(20) : random_any();
		break;
	case 1:
		req->head.nlmsg_flags ^= 1U << random_below(12);
		break;
	case 2:
		set_len(req, NLMSG_HDRLEN + random_below(req->len - NLMSG_HDRLEN + 1));
		break;
	case 3:
		req->head.nlmsg_len += random_value() & 0xffff;
		break;
	case 4:
		add_attrs(req, random_below(32) ? random_below(4) : 1000);
		break;
	case 5:
		if (req->len < FULL)
			set_len(req, req->len + random_below(8));
		break;
	case 6:
		req->bytes[NLMSG_HDRLEN + random_below(req->len - NLMSG_HDRLEN)] = random_value();
		break;
	default:
		if (req->len >= ATTRS_OFFSET + NLA_HDRLEN)
			spoil_attr(req);
	}
}

/* Ones that had news in them; empty without kcov. */
static struct nl_request kept[KEPT_MAX];
static unsigned int n_kept;

static void next(struct nl_request *req)
{
	unsigned int i;

	if (n_kept && random_below(2)) {
		*req = kept[random_below(n_kept)];
		req->head.nlmsg_seq = ++sock.seq;
	} else {
		make(req);
	}
	for (i = random_below(4); i && req->len > NLMSG_HDRLEN; i--)
		spoil(req);
}

static void keep(const struct nl_request *req)
{
	kept[n_kept < KEPT_MAX ? n_kept++ : random_below(KEPT_MAX)] = *req;
}

/* What the last attribute of a type in a request says; 0 without one. */
static uint32_t said(const struct nl_request *req, unsigned int type)
{
	uint32_t value = 0;
	const struct nlattr *attr;
	size_t at;

	for (at = ATTRS_OFFSET; at + NLA_HDRLEN <= req->len; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const void *)(req->bytes + at);
		if (attr->nla_len < NLA_HDRLEN)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			memcpy(&value, (const uint8_t *)attr + NLA_HDRLEN, sizeof(value));
	}
	return value;
}

/* Switches that clean or reset all of a board are for other tests, and few of the rest do. */
static bool takes_long(const struct nl_request *req)
{
	const struct genlmsghdr *genl = NLMSG_DATA(&req->head);
	uint32_t flags = said(req, NVMUX_A_GPU_FLAGS);

	if (genl->cmd != NVMUX_CMD_GPU_SET || !spec_allows(req))
		return false;
	if (flags & (NVMUX_SET_FLAGS_SCRUB | NVMUX_SET_FLAGS_RECOVER))
		return true;
	if (!said(req, NVMUX_A_GPU_MODE))
		return false;
	return !(flags & NVMUX_SET_FLAGS_NO_SCRUB) || random_below(32);
}

/* What the kernel makes of it. */

static int message_error(const struct nlmsghdr *head, const struct nl_request *req)
{
	int err = 0;

	if (head->nlmsg_seq == req->head.nlmsg_seq &&
	    (head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE))
		memcpy(&err, NLMSG_DATA(head), sizeof(err));
	return err;
}

/* The answer is there when the request has been sent. No answer, no error. */
static int ask(const struct nl_request *req)
{
	static uint8_t buf[65536] __attribute__((aligned(8)));
	const struct nlmsghdr *head;
	int err = nl_send(&sock, req);
	ssize_t left;

	while ((left = recv(sock.fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		for (head = (void *)buf; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left))
			err = err ?: message_error(head, req);
	return err;
}

/* The kernel looks at it at all. */
static bool is_request(const struct nl_request *req)
{
	return (req->head.nlmsg_flags & NLM_F_REQUEST) && req->head.nlmsg_len <= req->len;
}

static bool may_change(const struct nl_request *req)
{
	const struct genlmsghdr *genl = NLMSG_DATA(&req->head);
	const struct spec_op *op = spec_op_of(genl->cmd);

	return op && op->admin && spec_allows(req);
}

static void report(const char *what, const struct nl_request *req, int err)
{
	char text[3 * 96 + 1] = "";
	size_t i;

	for (i = 0; i < req->len && i < 96; i++)
		sprintf(text + 3 * i, "%02x ", req->bytes[i]);
	ksft_print_msg("%s: %d for %s\n", what, err, text);
}

static uint64_t judge(const struct nl_request *req, int err, uint64_t before)
{
	struct nl_object gpu;
	uint64_t now;

	sum.malformed += !spec_allows(req);
	sum.refused += err < 0;
	if (!err && is_request(req) && !spec_allows(req) && !sum.taken_wrongly++)
		report("taken though malformed", req, err);
	if (!err && may_change(req)) {
		gpu_settle(&sock, GPU_A, &gpu);
		gpu_settle(&sock, GPU_B, &gpu);
	}
	now = state();
	if (now == before)
		return now;
	if (!err && is_request(req) && may_change(req))
		sum.changed++;
	else if (!sum.changed_wrongly++)
		report("changed something", req, err);
	return now;
}

/* Reservations end with their socket, so there is always room again. */
static void start_over(void)
{
	nl_close(&sock);
	if (nl_open(&sock))
		ksft_exit_fail_msg("the family has gone\n");
}

/* Returns how many requests there were. */
static unsigned int fuzz(unsigned int count, time_t end)
{
	uint64_t before = state();
	struct nl_request req;
	unsigned int n = 0;
	int err;

	while (n < count && (!end || time(NULL) < end)) {
		next(&req);
		if (takes_long(&req))
			continue;
		if (++n % 256 == 0) {
			start_over();
			before = state();
		}
		kcov_begin();
		err = ask(&req);
		if (kcov_end())
			keep(&req);
		before = judge(&req, err, before);
	}
	return n;
}

/* More is told of a GPU once it was in vgpu mode, and here both are sooner or later. */
static void begin(void)
{
	int err = nl_open(&sock);

	if (!err)
		err = sim_reset(&sock, "fuzz");
	if (!err)
		err = gpu_switch(&sock, GPU_A, NVMUX_MODE_VGPU);
	if (!err)
		err = gpu_switch(&sock, GPU_B, NVMUX_MODE_VGPU);
	if (!err)
		err = gpu_switch(&sock, GPU_B, NVMUX_MODE_HOST);
	if (err)
		ksft_exit_fail_msg("no gpus: %s\n", strerror(-err));
}

static void run(void)
{
	unsigned int count = setting("NVMUX_COUNT", 0);
	time_t start = time(NULL);

	ksft_print_msg("seed %llu\n", (unsigned long long)random_begin());
	count = count ? fuzz(count, 0) : fuzz(COUNT, start + SECONDS);
	ksft_print_msg("%u requests in %d s: %u malformed, %u refused, %u changed something\n",
		       count, (int)(time(NULL) - start), sum.malformed, sum.refused, sum.changed);
}

int main(void)
{
	uint64_t before;
	int guided;

	ksft_print_header();
	ksft_set_plan(5);
	begin();
	before = state();
	guided = kcov_open();
	run();
	ksft_test_result(!sum.taken_wrongly, "nothing malformed was taken (%u)\n",
			 sum.taken_wrongly);
	ksft_test_result(!sum.changed_wrongly, "nothing else changed anything (%u)\n",
			 sum.changed_wrongly);
	ksft_test_result(sum.changed && sum.malformed, "there was both to see\n");
	sim_reset(&sock, "end");
	ksft_test_result(!gpu_switch(&sock, GPU_A, NVMUX_MODE_VGPU) && state() == before,
			 "all is as it was\n");
	if (guided)
		ksft_test_result_skip("no kcov: %s\n", strerror(-guided));
	else
		ksft_test_result(kcov_total() > 100, "%u places of the modules reached, %u kept\n",
				 kcov_total(), n_kept);
	sim_reset(&sock, "end");
	nl_close(&sock);
	ksft_finished();
}
