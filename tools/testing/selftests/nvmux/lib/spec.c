// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <libnvmux_test/spec.h>

#define SPEC_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#include <libnvmux_test/spec_gen.h>

#define ATTRS_OFFSET (NLMSG_HDRLEN + GENL_HDRLEN)

const struct spec_op *spec_op(unsigned int n)
{
	return n < SPEC_SIZE(spec_ops) ? &spec_ops[n] : NULL;
}

const struct spec_op *spec_op_of(uint8_t cmd)
{
	for (unsigned int i = 0; i < SPEC_SIZE(spec_ops); i++)
		if (spec_ops[i].cmd == cmd)
			return &spec_ops[i];
	return NULL;
}

const struct spec_attr *spec_attr_of(const struct spec_op *op, unsigned int type)
{
	for (unsigned int i = 0; i < op->n_attrs; i++)
		if (op->attrs[i].type == type)
			return &op->attrs[i];
	return NULL;
}

static bool number_fits(const struct spec_attr *spec, const uint8_t *data, size_t len)
{
	uint32_t value;

	if (len != sizeof(value))
		return false;
	memcpy(&value, data, sizeof(value));
	return spec->mask ? !(value & ~spec->high) : value >= spec->low && value <= spec->high;
}

/* The end belongs to it, and nothing may come after that. */
static bool text_fits(const struct spec_attr *spec, const uint8_t *data, size_t len)
{
	const uint8_t *end = memchr(data, '\0', len);

	return end && (size_t)(end - data) <= spec->high && len <= spec->high + 1;
}

/* Only texts and numbers are in requests so far. */
static bool attr_fits(const struct spec_attr *spec, const struct nlattr *attr)
{
	const uint8_t *data = (const uint8_t *)attr + NLA_HDRLEN;
	size_t len = attr->nla_len - NLA_HDRLEN;

	if (attr->nla_type & NLA_F_NESTED)
		return false;
	return spec->kind == SPEC_STRING ? text_fits(spec, data, len) :
	       spec->kind == SPEC_U32 && number_fits(spec, data, len);
}

static bool attrs_fit(const struct spec_op *op, uint64_t wanted, const uint8_t *at, size_t left)
{
	while (left >= NLA_HDRLEN) {
		const struct nlattr *attr = (const void *)at;
		unsigned int type = attr->nla_type & NLA_TYPE_MASK;
		size_t step = NLA_ALIGN(attr->nla_len);

		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > left || type > 63 ||
		    !(wanted & 1ULL << type) || !attr_fits(spec_attr_of(op, type), attr))
			return false;
		at += step;
		left -= step < left ? step : left;
	}
	return !left;
}

bool spec_allows(const struct nl_request *req)
{
	bool dump = (req->head.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	const struct genlmsghdr *genl = NLMSG_DATA(&req->head);
	const struct spec_op *op;
	uint64_t wanted;

	if (req->len < ATTRS_OFFSET || !(req->head.nlmsg_flags & NLM_F_REQUEST))
		return false;
	op = spec_op_of(genl->cmd);
	if (!op || !(dump ? op->can_dump : op->can_do))
		return false;
	wanted = dump ? op->in_dump : op->in_do;
	return !wanted || attrs_fit(op, wanted, req->bytes + ATTRS_OFFSET, req->len - ATTRS_OFFSET);
}
