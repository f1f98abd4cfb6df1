// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the configuration space of a function holds and what a write to it does.
 *
 * The content is built anew at power-on and at each function level reset. What is writable is a
 * mask, from which the sizing of BARs follows by itself. Everything here runs under board->lock.
 *
 * Left out on purpose: INTx (nobody could raise it), I/O BARs (ports are real), expansion ROMs.
 */
#include <linux/string.h>

#include "sim.h"

#define REVISION		0xa1

/* Bit 25 says that the audio function is on; the kernel would set it and tell the log. */
#define HDA_CONTROL		0x488
#define HDA_CONTROL_ENABLED	BIT(25)

#define COMMAND_WRITABLE	(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY | \
				 PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE)

static void put(struct sim_function *fn, unsigned int where, unsigned int size, u32 value)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		fn->config[where + i] = value >> (8 * i) & 0xff;
}

/**
 * sim_config_put_byte() - set a register that cannot be written
 * @fn: function
 * @where: register
 * @value: content
 */
void sim_config_put_byte(struct sim_function *fn, unsigned int where, u8 value)
{
	put(fn, where, 1, value);
}

/**
 * sim_config_put_word() - set a register of 16 bits
 * @fn: function
 * @where: register
 * @value: content
 * @writable: bits that can be written
 */
void sim_config_put_word(struct sim_function *fn, unsigned int where, u16 value, u16 writable)
{
	put(fn, where, 2, value);
	fn->writable[where] = writable & 0xff;
	fn->writable[where + 1] = writable >> 8;
}

/**
 * sim_config_put_long() - set a register of 32 bits
 * @fn: function
 * @where: register
 * @value: content
 * @writable: bits that can be written
 */
void sim_config_put_long(struct sim_function *fn, unsigned int where, u32 value, u32 writable)
{
	sim_config_put_word(fn, where, value & 0xffff, writable & 0xffff);
	sim_config_put_word(fn, where + 2, value >> 16, writable >> 16);
}

/* Ids of companions: those of TU102 and GA102; chips without such functions borrow them. */
static u16 device_id(const struct sim_function *fn)
{
	switch (fn->part) {
	case SIM_AUDIO:
		return fn->board->model->chip >= 0x172 ? 0x1aef : 0x10f7;
	case SIM_USB:
		return 0x1ad6;
	case SIM_UCSI:
		return 0x1ad7;
	default:
		return fn->board->model->device;
	}
}

static u32 class_code(const struct sim_function *fn)
{
	switch (fn->part) {
	case SIM_AUDIO:
		return PCI_CLASS_MULTIMEDIA_HD_AUDIO << 8;
	case SIM_USB:
		return PCI_CLASS_SERIAL_USB_XHCI;
	case SIM_UCSI:
		return 0x0c8000;
	default:
		if (fn->board->model->class)
			return fn->board->model->class;
		if (fn->board->model->display)
			return PCI_CLASS_DISPLAY_VGA << 8;
		return PCI_CLASS_DISPLAY_3D << 8;
	}
}

static void build_header(struct sim_function *fn)
{
	u16 vendor = fn->board->model->vendor ?: PCI_VENDOR_ID_NVIDIA;
	bool alone = fn->board->desc.parts == BIT(SIM_GPU);

	sim_config_put_word(fn, PCI_VENDOR_ID, vendor, 0);
	sim_config_put_word(fn, PCI_DEVICE_ID, device_id(fn), 0);
	sim_config_put_word(fn, PCI_COMMAND, 0, COMMAND_WRITABLE);
	sim_config_put_long(fn, PCI_CLASS_REVISION, class_code(fn) << 8 | REVISION, 0);
	sim_config_put_word(fn, PCI_CACHE_LINE_SIZE, 0, 0xff);
	sim_config_put_byte(fn, PCI_HEADER_TYPE, alone ? 0 : PCI_HEADER_TYPE_MFD);
	sim_config_put_word(fn, PCI_SUBSYSTEM_VENDOR_ID, vendor, 0);
	sim_config_put_word(fn, PCI_SUBSYSTEM_ID, fn->board->model->subsystem, 0);
	sim_config_put_word(fn, PCI_INTERRUPT_LINE, 0, 0xff);
	sim_config_put_long(fn, HDA_CONTROL, HDA_CONTROL_ENABLED, 0);
}

static bool is_64bit(const struct sim_bar *bar)
{
	return bar->type & PCI_BASE_ADDRESS_MEM_TYPE_64;
}

static void put_bar(struct sim_function *fn, unsigned int i, u64 address)
{
	const struct sim_bar *bar = &fn->bar[i];
	u64 writable = ~(bar->size - 1);
	unsigned int at = PCI_BASE_ADDRESS_0 + 4 * i;

	sim_config_put_long(fn, at, lower_32_bits(address) | bar->type, lower_32_bits(writable));
	if (is_64bit(bar))
		sim_config_put_long(fn, at + 4, upper_32_bits(address), upper_32_bits(writable));
}

/**
 * sim_config_reset() - power-on or function level reset
 * @fn: function
 */
void sim_config_reset(struct sim_function *fn)
{
	unsigned int i;

	memset(fn->config, 0, sizeof(fn->config));
	memset(fn->writable, 0, sizeof(fn->writable));
	build_header(fn);
	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (fn->bar[i].size)
			put_bar(fn, i, 0);
	sim_caps_build(fn);
}

/**
 * sim_config_read() - read registers
 * @fn: function
 * @where: first byte, a multiple of @size
 * @size: 1, 2 or 4 bytes
 *
 * Return: the value.
 */
u32 sim_config_read(const struct sim_function *fn, unsigned int where, unsigned int size)
{
	u32 value = 0;

	while (size--)
		value = value << 8 | fn->config[where + size];
	return value;
}

static u64 preset_address(const struct sim_function *fn, unsigned int i)
{
	const struct sim_window *window = &fn->board->window[fn->bar[i].window];

	return window->res.start - window->offset + fn->bar[i].at;
}

/**
 * sim_config_has_address() - is BAR0 where the board's memory is
 * @fn: function with a BAR0
 *
 * Return: false after a reset, until somebody writes its address back.
 */
bool sim_config_has_address(const struct sim_function *fn)
{
	u32 address = sim_config_read(fn, PCI_BASE_ADDRESS_0, 4) & PCI_BASE_ADDRESS_MEM_MASK;

	return address == lower_32_bits(preset_address(fn, 0));
}

/**
 * sim_config_preset_bars() - do what firmware does before an operating system looks
 * @fn: function whose windows have addresses
 *
 * The places are those that Linux would choose, so a rescan keeps them.
 */
void sim_config_preset_bars(struct sim_function *fn)
{
	unsigned int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (fn->bar[i].size)
			put_bar(fn, i, preset_address(fn, i));
}

static bool covers(unsigned int where, unsigned int size, unsigned int byte)
{
	return byte >= where && byte < where + size;
}

/* The reset bit is the highest of the device control register and reads zero. */
static bool asks_for_reset(const struct sim_function *fn, unsigned int where, unsigned int size,
			   u32 value)
{
	unsigned int byte = fn->exp + PCI_EXP_DEVCTL + 1;

	if (!covers(where, size, byte))
		return false;
	if (!(sim_config_read(fn, fn->exp + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR))
		return false;
	return value >> (8 * (byte - where)) & (PCI_EXP_DEVCTL_BCR_FLR >> 8);
}

/* D1 and D2 do not exist: the function stays where it is. */
static u32 keep_power_state(const struct sim_function *fn, unsigned int where, unsigned int size,
			    u32 value)
{
	unsigned int byte = fn->pm + PCI_PM_CTRL;
	u32 state;

	if (!covers(where, size, byte))
		return value;
	state = value >> (8 * (byte - where)) & PCI_PM_CTRL_STATE_MASK;
	if (state == 0 || state == PCI_PM_CTRL_STATE_MASK)
		return value;
	value &= ~((u32)PCI_PM_CTRL_STATE_MASK << (8 * (byte - where)));
	state = fn->config[byte] & PCI_PM_CTRL_STATE_MASK;
	return value | state << (8 * (byte - where));
}

/**
 * sim_config_write() - write registers
 * @fn: function
 * @where: first byte, a multiple of @size
 * @size: 1, 2 or 4 bytes
 * @value: value
 *
 * Return: true when this began a function level reset; the caller does it.
 */
bool sim_config_write(struct sim_function *fn, unsigned int where, unsigned int size, u32 value)
{
	unsigned int i;
	u8 mask;

	if (asks_for_reset(fn, where, size, value))
		return true;
	value = keep_power_state(fn, where, size, value);
	for (i = where; i < where + size; i++, value >>= 8) {
		mask = fn->writable[i];
		fn->config[i] = (fn->config[i] & ~mask) | (value & mask);
	}
	return false;
}

/**
 * sim_config_answers() - would the function decode an access to its memory now
 * @fn: function
 *
 * Return: true when memory space is enabled, the power state is D0 and nothing is broken.
 */
bool sim_config_answers(const struct sim_function *fn)
{
	return !sim_fault_silent(fn->board) &&
	       sim_config_read(fn, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY &&
	       !(sim_config_read(fn, fn->pm + PCI_PM_CTRL, 2) & PCI_PM_CTRL_STATE_MASK);
}
