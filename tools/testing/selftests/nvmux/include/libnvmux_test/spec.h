/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Documentation/netlink/specs/nvmux.yaml says about requests, and what it
 * says about one. Only form: whether a GPU of that name exists is no matter here.
 */
#ifndef LIBNVMUX_TEST_SPEC_H
#define LIBNVMUX_TEST_SPEC_H

#include <libnvmux_test/nl.h>

enum spec_kind { SPEC_STRING, SPEC_U32, SPEC_S32, SPEC_U64, SPEC_NEST, SPEC_FLAG, SPEC_PAD };

/**
 * struct spec_attr - one attribute
 * @low: least value of a number
 * @high: greatest value of a number, greatest length of a text
 * @mask: the number is made of flags, those in @high
 */
struct spec_attr {
	uint16_t type;
	enum spec_kind kind;
	uint32_t low;
	uint32_t high;
	bool mask;
};

/**
 * struct spec_op - one command
 * @admin: only for those who may change something
 * @in_do: bits of the attributes that a request for one object may have
 * @in_dump: the same for a dump. No bits: they are not looked at
 */
struct spec_op {
	const char *name;
	uint8_t cmd;
	bool can_do;
	bool can_dump;
	bool admin;
	const struct spec_attr *attrs;
	unsigned int n_attrs;
	uint64_t in_do;
	uint64_t in_dump;
};

/* Command number @n in the order of the specification, NULL: there are no more. */
const struct spec_op *spec_op(unsigned int n);
const struct spec_op *spec_op_of(uint8_t cmd);
const struct spec_attr *spec_attr_of(const struct spec_op *op, unsigned int type);

/* The request is one that the specification allows. */
bool spec_allows(const struct nl_request *req);

#endif
