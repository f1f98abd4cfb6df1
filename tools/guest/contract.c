// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checks. Each stands alone: it begins with contract_begin(), and does not care what the one
 * before has left. A check that a VMM would answer instead of the vGPU has no place here.
 */
#include <linux/pci_regs.h>
#include <unistd.h>

#include "contract.h"

#define BAR0 0
#define BAR1 1

#define CAP_PM 0x60
#define CAP_EXP 0x78
#define CAP_MSIX 0xc8

#define BOOT_0 0x0
#define BOOT_1 0x4
#define BOOT_1_VF (2 << 16)
#define BOOT_42 0xa00
#define LEAF(i) (0x1000 + 4 * (i))
#define LEAF_EN_SET(i) (0x1200 + 4 * (i))
#define LEAF_EN_CLEAR(i) (0x1400 + 4 * (i))
#define TOP 0x1600
#define TOP_EN_SET 0x1608
#define TOP_EN_CLEAR 0x1610
#define LEAF_TRIGGER 0x1640
#define SLICE_MIB 0x2100
#define CONTRACT 0x2104
#define CONTRACT_L1 0x4e580100
#define STATUS 0x2108
#define REPLY(i) (0x2110 + 4 * (i))
#define ARGUMENT(i) (0x2120 + 4 * (i))
#define DOORBELL 0x2200
#define TIMER 0x2300
#define MSIX_TABLE 0x10000
#define MSIX_PBA 0x20000
#define USERMODE_CFG0 0x30000
#define USERMODE_CLASS 0xc461
#define TIME_0 0x30080
#define TIME_1 0x30084
#define BAR0_SIZE 0x40000

#define CALL_NOTHING 0
#define CALL_CAPABILITIES 1
#define CALL_SLICE 2
#define CALL_ERROR 3
#define CALL_MISSING 0xdead

#define VECTOR_DOORBELL 129
#define VECTOR_TIMER 148

static uint32_t config(struct contract *c, uint32_t at, unsigned int len)
{
	return c->config_read(c->ctx, at, len);
}

static uint32_t reg(struct contract *c, uint32_t at)
{
	return (uint32_t)c->bar_read(c->ctx, BAR0, at, 4);
}

static void set(struct contract *c, uint32_t at, uint32_t value)
{
	c->bar_write(c->ctx, BAR0, at, 4, value);
}

/* What is still pending or counting when this check begins is not of this check. */
void contract_begin(struct contract *c)
{
	int i;

	c->config_write(c->ctx, CAP_PM + PCI_PM_CTRL, 2, 0);
	c->config_write(c->ctx, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	set(c, TIMER, 0);
	set(c, TOP_EN_CLEAR, UINT32_MAX);
	for (i = 0; i < 8; i++) {
		set(c, LEAF_EN_CLEAR(i), UINT32_MAX);
		set(c, LEAF(i), UINT32_MAX);
	}
	set(c, DOORBELL, CALL_ERROR);
	set(c, LEAF(VECTOR_DOORBELL / 32), UINT32_MAX);
}

static bool header(struct contract *c)
{
	return config(c, PCI_VENDOR_ID, 2) == 0x10de &&
	       config(c, PCI_SUBSYSTEM_VENDOR_ID, 2) == 0x10de &&
	       config(c, PCI_CLASS_DEVICE, 2) == 0x0302 &&
	       config(c, PCI_HEADER_TYPE, 1) == 0 &&
	       config(c, PCI_INTERRUPT_PIN, 1) == 0 &&
	       config(c, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST;
}

static bool ids_stay(struct contract *c)
{
	uint32_t id = config(c, PCI_VENDOR_ID, 4), class = config(c, PCI_CLASS_REVISION, 4);
	uint32_t subsystem = config(c, PCI_SUBSYSTEM_VENDOR_ID, 4);

	c->config_write(c->ctx, PCI_VENDOR_ID, 4, ~id);
	c->config_write(c->ctx, PCI_CLASS_REVISION, 4, ~class);
	c->config_write(c->ctx, PCI_SUBSYSTEM_VENDOR_ID, 4, ~subsystem);
	return config(c, PCI_VENDOR_ID, 4) == id && config(c, PCI_CLASS_REVISION, 4) == class &&
	       config(c, PCI_SUBSYSTEM_VENDOR_ID, 4) == subsystem;
}

/* What sticks of all ones, as firmware sizes a BAR; nothing decodes meanwhile. */
static uint32_t bar_mask(struct contract *c, uint32_t at)
{
	uint32_t command = config(c, PCI_COMMAND, 2), before = config(c, at, 4), mask;

	c->config_write(c->ctx, PCI_COMMAND, 2, 0);
	c->config_write(c->ctx, at, 4, UINT32_MAX);
	mask = config(c, at, 4);
	c->config_write(c->ctx, at, 4, before);
	c->config_write(c->ctx, PCI_COMMAND, 2, command);
	return mask;
}

static bool bars(struct contract *c)
{
	uint64_t mask = ~(c->bar1_size - 1);

	return bar_mask(c, PCI_BASE_ADDRESS_0) == (uint32_t)~(BAR0_SIZE - 1) &&
	       bar_mask(c, PCI_BASE_ADDRESS_1) == ((uint32_t)mask | 0xc) &&
	       bar_mask(c, PCI_BASE_ADDRESS_2) == mask >> 32 &&
	       bar_mask(c, PCI_BASE_ADDRESS_3) == 0 && bar_mask(c, PCI_BASE_ADDRESS_4) == 0 &&
	       bar_mask(c, PCI_BASE_ADDRESS_5) == 0;
}

static bool capabilities(struct contract *c)
{
	return config(c, CAP_PM, 1) == PCI_CAP_ID_PM && config(c, CAP_EXP, 1) == PCI_CAP_ID_EXP &&
	       config(c, CAP_MSIX, 1) == PCI_CAP_ID_MSIX &&
	       config(c, CAP_EXP + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR &&
	       (config(c, CAP_MSIX + PCI_MSIX_FLAGS, 2) & PCI_MSIX_FLAGS_QSIZE) == 5 &&
	       config(c, CAP_MSIX + PCI_MSIX_TABLE, 4) == MSIX_TABLE &&
	       config(c, CAP_MSIX + PCI_MSIX_PBA, 4) == MSIX_PBA;
}

static bool power(struct contract *c)
{
	bool off, on;

	set(c, ARGUMENT(0), 0x600d);
	c->config_write(c->ctx, CAP_PM + PCI_PM_CTRL, 2, 3);
	off = config(c, CAP_PM + PCI_PM_CTRL, 2) == (PCI_PM_CTRL_NO_SOFT_RESET | 3);
	c->config_write(c->ctx, CAP_PM + PCI_PM_CTRL, 2, 0);
	on = config(c, CAP_PM + PCI_PM_CTRL, 2) == PCI_PM_CTRL_NO_SOFT_RESET;
	return off && on && reg(c, ARGUMENT(0)) == 0x600d;
}

static bool identity(struct contract *c)
{
	return reg(c, BOOT_0) != UINT32_MAX && reg(c, BOOT_0) && reg(c, BOOT_1) == BOOT_1_VF &&
	       (reg(c, BOOT_42) >> 20 & 0x1ff) >= 0x140 &&
	       (reg(c, USERMODE_CFG0) & 0xffff) == USERMODE_CLASS;
}

static bool identity_stays(struct contract *c)
{
	static const uint32_t at[] = { BOOT_0, BOOT_1, BOOT_42, USERMODE_CFG0, SLICE_MIB, CONTRACT };
	bool stays = true;
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		uint32_t before = reg(c, at[i]);

		set(c, at[i], ~before);
		stays = stays && reg(c, at[i]) == before;
	}
	return stays;
}

static bool widths(struct contract *c)
{
	uint32_t value = reg(c, BOOT_42), bytes = 0, halves = 0;
	unsigned int i;

	for (i = 0; i < 4; i++)
		bytes |= (uint32_t)c->bar_read(c->ctx, BAR0, BOOT_42 + i, 1) << i * 8;
	for (i = 0; i < 4; i += 2)
		halves |= (uint32_t)c->bar_read(c->ctx, BAR0, BOOT_42 + i, 2) << i * 8;
	return bytes == value && halves == value &&
	       c->bar_read(c->ctx, BAR0, BOOT_0, 8) == ((uint64_t)BOOT_1_VF << 32 | reg(c, BOOT_0));
}

/* Between the registers is nothing, whichever way one asks. */
static bool undefined(struct contract *c)
{
	static const uint32_t at[] = { 0x8, 0xf00, 0xf40, 0xffc, 0x1020, 0x1604, 0x1644, 0x210c,
				       0x2140, 0x2204, 0x2304, 0x3000, 0x30b0, 0xfffc, 0x2fffc,
				       0x30004, 0x30090, 0x30094, 0x3fffc };
	unsigned int len;
	bool zero = true;
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		for (len = 1; len <= 4; len *= 2) {
			c->bar_write(c->ctx, BAR0, at[i], len, UINT32_MAX);
			zero = zero && c->bar_read(c->ctx, BAR0, at[i], len) == 0;
		}
	}
	return zero;
}

static uint64_t clock_read(struct contract *c)
{
	uint32_t high, low;

	do {
		high = reg(c, TIME_1);
		low = reg(c, TIME_0);
	} while (reg(c, TIME_1) != high);
	return (uint64_t)high << 32 | low;
}

static bool clock_runs(struct contract *c)
{
	uint64_t first = clock_read(c), second;

	usleep(20 * 1000);
	second = clock_read(c);
	return first % 32 == 0 && second % 32 == 0 && second - first >= 20ULL * 1000 * 1000 &&
	       second - first < 60ULL * 1000 * 1000 * 1000;
}

static bool leaves(struct contract *c)
{
	uint32_t vector, leaf, bit;
	bool good = true;

	for (vector = 3; vector < 256; vector += 31) {
		leaf = vector / 32;
		bit = 1U << vector % 32;
		set(c, LEAF_TRIGGER, vector);
		good = good && reg(c, LEAF(leaf)) == bit && reg(c, TOP) == 0;
		set(c, LEAF_EN_SET(leaf), bit);
		good = good && reg(c, TOP) == 1U << leaf / 2 && reg(c, LEAF_EN_CLEAR(leaf)) == bit;
		set(c, LEAF(leaf), bit);
		good = good && reg(c, LEAF(leaf)) == 0 && reg(c, TOP) == 0;
		set(c, LEAF_EN_CLEAR(leaf), bit);
		good = good && reg(c, LEAF_EN_SET(leaf)) == 0;
	}
	return good;
}

static bool subtrees(struct contract *c)
{
	set(c, TOP_EN_SET, UINT32_MAX);
	if (reg(c, TOP_EN_SET) != 0xf || reg(c, TOP_EN_CLEAR) != 0xf)
		return false;
	set(c, TOP_EN_CLEAR, 5);
	return reg(c, TOP_EN_SET) == 0xa;
}

static bool vectors_missing(struct contract *c)
{
	int i;

	set(c, LEAF_TRIGGER, 256);
	c->bar_write(c->ctx, BAR0, LEAF_TRIGGER, 1, 7);
	c->bar_write(c->ctx, BAR0, LEAF_TRIGGER + 2, 2, 0);
	for (i = 0; i < 8; i++)
		if (reg(c, LEAF(i)))
			return false;
	return true;
}

static bool pending(struct contract *c, uint32_t vector)
{
	return reg(c, LEAF(vector / 32)) & 1U << vector % 32;
}

static bool countdown(struct contract *c)
{
	uint64_t begin = clock_read(c);
	int i;

	set(c, TIMER, 30 * 1000 * 1000);
	for (i = 0; i < 10000 && !pending(c, VECTOR_TIMER); i++)
		usleep(1000);
	return pending(c, VECTOR_TIMER) && reg(c, TIMER) == 0 &&
	       clock_read(c) - begin >= 29ULL * 1000 * 1000;
}

static bool countdown_stops(struct contract *c)
{
	uint32_t left;

	set(c, TIMER, 2000000000);
	left = reg(c, TIMER);
	set(c, TIMER, 0);
	return left && left <= 2000000000 && left % 1024 == 0 && reg(c, TIMER) == 0;
}

static bool call(struct contract *c, uint32_t number, uint32_t result)
{
	uint32_t before = reg(c, STATUS) >> 16;

	set(c, DOORBELL, number);
	return reg(c, STATUS) == ((before + 1) << 16 | result) && pending(c, VECTOR_DOORBELL);
}

static bool mailbox(struct contract *c)
{
	uint32_t i;

	for (i = 0; i < 8; i++)
		set(c, ARGUMENT(i), 0x1111 * i);
	set(c, REPLY(0), 0x1234);
	set(c, STATUS, 0x1234);
	for (i = 0; i < 8; i++)
		if (reg(c, ARGUMENT(i)) != 0x1111 * i)
			return false;
	return reg(c, REPLY(0)) != 0x1234 && reg(c, STATUS) != 0x1234 &&
	       reg(c, CONTRACT) == CONTRACT_L1 && call(c, CALL_NOTHING, 1);
}

static bool call_capabilities(struct contract *c)
{
	return call(c, CALL_CAPABILITIES, 1) && reg(c, REPLY(0)) == CONTRACT_L1 &&
	       reg(c, REPLY(1)) == 7 && reg(c, REPLY(2)) == 6 && reg(c, REPLY(3)) == 8;
}

static bool call_slice(struct contract *c)
{
	uint64_t slice, bar1;

	if (!call(c, CALL_SLICE, 1))
		return false;
	slice = (uint64_t)reg(c, REPLY(1)) << 32 | reg(c, REPLY(0));
	bar1 = (uint64_t)reg(c, REPLY(3)) << 32 | reg(c, REPLY(2));
	return slice == (uint64_t)reg(c, SLICE_MIB) << 20 && bar1 == c->bar1_size &&
	       slice && slice <= bar1;
}

static bool call_missing(struct contract *c)
{
	bool told;

	if (!call(c, CALL_MISSING, 2) || !call(c, CALL_MISSING + 1, 2) || !call(c, CALL_ERROR, 1))
		return false;
	told = reg(c, REPLY(0)) == 1 && reg(c, REPLY(1)) == CALL_MISSING && reg(c, REPLY(2)) == 2;
	return told && call(c, CALL_ERROR, 1) && !reg(c, REPLY(0)) && !reg(c, REPLY(2));
}

/* Each width writes what it says, and leaves what is beside it. */
static bool memory_widths(struct contract *c)
{
	uint64_t at = ((uint64_t)reg(c, SLICE_MIB) << 20) - 64, want = 0;
	unsigned int len;

	c->bar_write(c->ctx, BAR1, at, 8, 0);
	for (len = 1; len <= 8; len *= 2) {
		want = 0x1122334455667788ULL & (len == 8 ? ~0ULL : (1ULL << len * 8) - 1);
		c->bar_write(c->ctx, BAR1, at + 8, 8, 0);
		c->bar_write(c->ctx, BAR1, at + 8, len, want);
		if (c->bar_read(c->ctx, BAR1, at + 8, 8) != want ||
		    c->bar_read(c->ctx, BAR1, at + 8, len) != want)
			return false;
	}
	return c->bar_read(c->ctx, BAR1, at, 8) == 0;
}

static bool memory_ends(struct contract *c)
{
	uint64_t slice = (uint64_t)reg(c, SLICE_MIB) << 20;

	c->bar_write(c->ctx, BAR1, slice - 4, 4, 0x1a57);
	if (c->bar_read(c->ctx, BAR1, slice - 4, 4) != 0x1a57)
		return false;
	if (slice == c->bar1_size)
		return true;
	c->bar_write(c->ctx, BAR1, slice, 4, 0x1a57);
	return c->bar_read(c->ctx, BAR1, slice, 4) == UINT32_MAX &&
	       c->bar_read(c->ctx, BAR1, c->bar1_size - 4, 4) == UINT32_MAX;
}

/* Registers go, memory stays. */
static bool reset(struct contract *c)
{
	bool off;

	c->bar_write(c->ctx, BAR1, 0, 4, 0x5afe);
	set(c, ARGUMENT(0), 1);
	set(c, LEAF_TRIGGER, 7);
	set(c, LEAF_EN_SET(0), 1);
	c->config_write(c->ctx, CAP_EXP + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_BCR_FLR);
	off = !(config(c, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY);
	c->config_write(c->ctx, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	return off && !reg(c, ARGUMENT(0)) && !reg(c, LEAF(0)) && !reg(c, LEAF_EN_SET(0)) &&
	       !reg(c, STATUS) && c->bar_read(c->ctx, BAR1, 0, 4) == 0x5afe;
}

const struct contract_check contract_checks[] = {
	{ "header", header },
	{ "ids-stay", ids_stay },
	{ "bars", bars },
	{ "capabilities", capabilities },
	{ "power", power },
	{ "identity", identity },
	{ "identity-stays", identity_stays },
	{ "widths", widths },
	{ "undefined", undefined },
	{ "clock", clock_runs },
	{ "leaves", leaves },
	{ "subtrees", subtrees },
	{ "vectors-missing", vectors_missing },
	{ "countdown", countdown },
	{ "countdown-stops", countdown_stops },
	{ "mailbox", mailbox },
	{ "call-capabilities", call_capabilities },
	{ "call-slice", call_slice },
	{ "call-missing", call_missing },
	{ "memory-widths", memory_widths },
	{ "memory-ends", memory_ends },
	{ "reset", reset },
	{ }
};
