// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-up in the catalogue, and what follows from a row. Pure: values in, values out.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "type.h"
#include "../hw/catalogue/catalogue.h"

#define NVIDIA_VENDOR_ID 0x10de

static bool board_matches(const struct nvmux_board *board, u16 device, u16 subvendor,
			  u16 subsystem)
{
	if (board->device != device)
		return false;
	return !board->subsystem ||
	       (subvendor == NVIDIA_VENDOR_ID && board->subsystem == subsystem);
}

/**
 * nvmux_board_find() - the catalogue's entry for a PCI function
 * @device: PCI device id
 * @subvendor: PCI subsystem vendor id
 * @subsystem: PCI subsystem id
 *
 * Context: any.
 *
 * Return: the board, NULL when the catalogue does not know it.
 */
const struct nvmux_board *nvmux_board_find(u16 device, u16 subvendor, u16 subsystem)
{
	const struct nvmux_board *const *family;
	const struct nvmux_board *board;

	for (family = nvmux_catalogue; *family; family++)
		for (board = *family; board->name; board++)
			if (board_matches(board, device, subvendor, subsystem))
				return board;
	return NULL;
}

/**
 * nvmux_type_find() - a type of a board by name
 * @board: board, or NULL for a board that offers no types
 * @name: such as "A30-12C"
 *
 * Context: any.
 *
 * Return: the type, NULL when the board does not offer it.
 */
const struct nvmux_type *nvmux_type_find(const struct nvmux_board *board, const char *name)
{
	unsigned int i;

	for (i = 0; board && i < board->n_types; i++)
		if (!strcmp(board->types[i].name, name))
			return &board->types[i];
	return NULL;
}

/**
 * nvmux_type_fb_size() - framebuffer of one vGPU
 * @type: type
 *
 * Context: any.
 *
 * Return: bytes.
 */
u64 nvmux_type_fb_size(const struct nvmux_type *type)
{
	return (u64)type->fb_mib << 20;
}

/**
 * nvmux_type_bar1_size() - framebuffer BAR of one vGPU
 * @type: type
 *
 * A BAR is a power of two, a slice need not be.
 *
 * Context: any.
 *
 * Return: bytes.
 */
u64 nvmux_type_bar1_size(const struct nvmux_type *type)
{
	return roundup_pow_of_two((unsigned long)nvmux_type_fb_size(type));
}

/**
 * nvmux_type_label() - the type's name for people, the "name" file of its mdev type
 * @board: board that offers @type
 * @type: type
 * @buf: receives the text
 * @size: bytes in @buf
 *
 * Context: any.
 *
 * Return: length of the text without the final NUL, as snprintf().
 */
int nvmux_type_label(const struct nvmux_board *board, const struct nvmux_type *type,
		     char *buf, size_t size)
{
	return snprintf(buf, size, "%s %s", board->prefix, type->name);
}

/**
 * nvmux_type_describe() - the "description" file of its mdev type
 * @type: type
 * @buf: receives one line with its line feed
 * @size: bytes in @buf
 *
 * The order and spelling of the fields are those of NVIDIA's own driver; tools parse them.
 *
 * Context: any.
 *
 * Return: length of the text without the final NUL, as snprintf().
 */
int nvmux_type_describe(const struct nvmux_type *type, char *buf, size_t size)
{
	return snprintf(buf, size,
			"num_heads=%u, frl_config=%u, framebuffer=%uM, max_resolution=%ux%u, max_instance=%u\n",
			type->heads, type->frl, type->fb_mib, type->max_x, type->max_y,
			type->max_instances);
}
