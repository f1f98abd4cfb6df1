// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-up in the catalogue, and what follows from a row. Pure: values in, values out.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "type.h"
#include "../hw/catalogue/catalogue.h"

static bool board_lists(const struct nvmux_board *board, u16 subvendor, u16 subsystem)
{
	const struct nvmux_subsystem *id;

	for (id = board->subsystems; id && id->vendor; id++)
		if (id->vendor == subvendor && id->device == subsystem)
			return true;
	return false;
}

/**
 * nvmux_board_find() - the catalogue's entry for a PCI function
 * @device: PCI device id
 * @subvendor: PCI subsystem vendor id
 * @subsystem: PCI subsystem id
 *
 * A board that lists the subsystem ids goes before one that takes any.
 *
 * Context: any.
 *
 * Return: the board, NULL when the catalogue does not know it.
 */
const struct nvmux_board *nvmux_board_find(u16 device, u16 subvendor, u16 subsystem)
{
	const struct nvmux_board *board, *any = NULL;
	const struct nvmux_board *const *list;

	for (list = nvmux_catalogue; *list; list++) {
		for (board = *list; board->name; board++) {
			if (board->device != device)
				continue;
			if (board_lists(board, subvendor, subsystem))
				return board;
			if (!board->subsystems)
				any = board;
		}
	}
	return any;
}

/**
 * nvmux_type_find() - a type of a board by name
 * @board: board, or NULL for one that the catalogue does not know
 * @name: such as "A30-12C"
 *
 * Context: any.
 *
 * Return: the type, NULL when the board does not offer it.
 */
const struct nvmux_type *nvmux_type_find(const struct nvmux_board *board, const char *name)
{
	unsigned int i;

	for (i = 0; board && i < board->family->n_types; i++)
		if (!strcmp(board->family->types[i].name, name))
			return &board->family->types[i];
	return NULL;
}

/**
 * nvmux_gi_profile_find() - a kind of GPU instance by name
 * @family: family
 * @name: such as "1g.6gb+me"
 *
 * Context: any.
 *
 * Return: the profile, NULL when boards of the family have none of that name.
 */
const struct nvmux_gi_profile *nvmux_gi_profile_find(const struct nvmux_family *family,
						     const char *name)
{
	unsigned int i;

	for (i = 0; i < family->n_profiles; i++)
		if (!strcmp(family->profiles[i].name, name))
			return &family->profiles[i];
	return NULL;
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
	return (u64)roundup_pow_of_two((unsigned long)type->fb_mib) << 20;
}

static bool id_may_have(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/**
 * nvmux_type_id() - the type's name for machines, the directory of its mdev type
 * @type: type
 * @buf: receives the text
 * @size: bytes in @buf
 *
 * Letters, digits, '_' and '-' remain, all others are '_'.
 *
 * Context: any.
 *
 * Return: length of the text without the final NUL, as snprintf().
 */
int nvmux_type_id(const struct nvmux_type *type, char *buf, size_t size)
{
	int len = snprintf(buf, size, "%s", type->name);
	char *c;

	for (c = buf; size && *c; c++)
		if (!id_may_have(*c))
			*c = '_';
	return len;
}

/**
 * nvmux_type_label() - the type's name for people, the "name" file of its mdev type
 * @family: family of @type
 * @type: type
 * @buf: receives the text
 * @size: bytes in @buf
 *
 * Context: any.
 *
 * Return: length of the text without the final NUL, as snprintf().
 */
int nvmux_type_label(const struct nvmux_family *family, const struct nvmux_type *type,
		     char *buf, size_t size)
{
	return snprintf(buf, size, "%s %s", family->prefix, type->name);
}

/**
 * nvmux_type_describe() - the "description" file of its mdev type
 * @type: type
 * @max_instances: vGPUs of @type on one GPU, as the GPU is divided now
 * @buf: receives one line with its line feed
 * @size: bytes in @buf
 *
 * The order and spelling of the fields are those of NVIDIA's own driver; tools parse them.
 *
 * Context: any.
 *
 * Return: length of the text without the final NUL, as snprintf().
 */
int nvmux_type_describe(const struct nvmux_type *type, u32 max_instances, char *buf,
			size_t size)
{
	return snprintf(buf, size,
			"num_heads=%u, frl_config=%u, framebuffer=%uM, max_resolution=%ux%u, max_instance=%u\n",
			type->heads, type->frl, type->fb_mib, type->max_x, type->max_y,
			max_instances);
}
