// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does this vGPU fit beside those, and where. The questions are put here; what the answer is
 * depends on how the GPU is divided: placement_same.c, placement_mixed.c, placement_mig.c.
 *
 * Every placement is a placement id, which people and tools see, and a slice of framebuffer in MiB.
 * Which ids a type may have follows from the catalogue alone; which are free, from the vGPUs that
 * are there.
 */
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "placement.h"
#include "placement_rule.h"
#include "type.h"

static const struct nvmux_placement_rule *rule_of(const struct nvmux_space *space,
						  const struct nvmux_type *type)
{
	static const struct nvmux_placement_rule *const rules[] = {
		[NVMUX_PARTITION_SAME_SIZE] = &nvmux_placement_same,
		[NVMUX_PARTITION_MIXED_SIZE] = &nvmux_placement_mixed,
		[NVMUX_PARTITION_MIG] = &nvmux_placement_mig,
	};
	const struct nvmux_placement_rule *rule = NULL;

	if (space->partition < ARRAY_SIZE(rules))
		rule = rules[space->partition];
	if (!rule || rule->in_gi != !!type->gi)
		return NULL;
	return !rule->knows || rule->knows(space->family, type) ? rule : NULL;
}

static enum nvmux_fit admit(const struct nvmux_placement_rule *rule,
			    const struct nvmux_space *space, const struct nvmux_type *type)
{
	enum nvmux_fit fit = rule->admit ? rule->admit(space, type) : NVMUX_FIT_OK;

	if (fit == NVMUX_FIT_OK && space->n_residents >= NVMUX_VGPU_MAX)
		return NVMUX_FIT_COUNT;
	return fit;
}

static bool id_is_legal(const struct nvmux_placement_rule *rule, const struct nvmux_space *space,
			const struct nvmux_type *type, u32 id)
{
	u32 ids[NVMUX_VGPU_MAX];
	unsigned int i, n;

	n = rule->ids(space->family, type, ids);
	for (i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/**
 * nvmux_placement_find() - place one more vGPU
 * @space: the GPU
 * @type: a type of its family
 * @wish: placement id, or NVMUX_PLACEMENT_ANY
 * @ret: set to the place, untouched unless it fits
 *
 * In MIG the place may be in a GPU instance that is not there yet: nvmux_placement_gi_at() tells,
 * and the caller makes it.
 *
 * Context: any.
 *
 * Return: NVMUX_FIT_OK, or the first rule that speaks against it: NVMUX_FIT_PARTITION,
 * NVMUX_FIT_SIZE, NVMUX_FIT_COUNT; then, without a wish, NVMUX_FIT_FULL or NVMUX_FIT_NO_GI; with
 * one, NVMUX_FIT_ILLEGAL, NVMUX_FIT_TAKEN, or NVMUX_FIT_NO_GI when the place is free and the GPU
 * may have no further GPU instance of that profile.
 */
enum nvmux_fit nvmux_placement_find(const struct nvmux_space *space,
				    const struct nvmux_type *type, u32 wish,
				    struct nvmux_place *ret)
{
	const struct nvmux_placement_rule *rule = rule_of(space, type);
	enum nvmux_fit fit;
	u32 id = wish;

	if (!rule)
		return NVMUX_FIT_PARTITION;
	fit = admit(rule, space, type);
	if (fit != NVMUX_FIT_OK)
		return fit;
	if (wish == NVMUX_PLACEMENT_ANY)
		fit = rule->choose(space, type, &id);
	else if (!id_is_legal(rule, space, type, id))
		fit = NVMUX_FIT_ILLEGAL;
	if (fit != NVMUX_FIT_OK)
		return fit;
	return rule->place(space, type, id, ret);
}

/**
 * nvmux_placement_left() - how many more vGPUs of a type fit
 * @space: the GPU
 * @type: a type of its family
 *
 * So many can be created one after another without a wish, provided that nothing else changes.
 *
 * Context: any.
 *
 * Return: a count, 0 when the rules allow none.
 */
u32 nvmux_placement_left(const struct nvmux_space *space, const struct nvmux_type *type)
{
	const struct nvmux_placement_rule *rule = rule_of(space, type);

	if (!rule || admit(rule, space, type) != NVMUX_FIT_OK)
		return 0;
	return min_t(u32, rule->left(space, type), NVMUX_VGPU_MAX - space->n_residents);
}

/**
 * nvmux_placement_list() - the placement ids of a type
 * @space: the GPU
 * @type: a type of its family
 * @only_free: only those that a wish would get now
 * @ids: set to the ids, in ascending order
 *
 * Context: any.
 *
 * Return: how many ids there are; 0 for a type that is not known in this partitioning.
 */
unsigned int nvmux_placement_list(const struct nvmux_space *space,
				  const struct nvmux_type *type, bool only_free,
				  u32 ids[NVMUX_VGPU_MAX])
{
	const struct nvmux_placement_rule *rule = rule_of(space, type);
	unsigned int i, n, n_free = 0;
	struct nvmux_place place;

	if (!rule)
		return 0;
	n = rule->ids(space->family, type, ids);
	if (!only_free)
		return n;
	if (admit(rule, space, type) != NVMUX_FIT_OK)
		return 0;
	for (i = 0; i < n; i++)
		if (rule->place(space, type, ids[i], &place) == NVMUX_FIT_OK)
			ids[n_free++] = ids[i];
	return n_free;
}

/**
 * nvmux_placement_max() - how many vGPUs of a type the GPU would hold if it were empty
 * @space: the GPU; who is there does not matter
 * @type: a type of its family
 *
 * Context: any.
 *
 * Return: a count; 0 for a type that is not known in this partitioning.
 */
u32 nvmux_placement_max(const struct nvmux_space *space, const struct nvmux_type *type)
{
	const struct nvmux_placement_rule *rule = rule_of(space, type);
	u32 ids[NVMUX_VGPU_MAX];

	if (!rule)
		return 0;
	/* an id of a GPU instance may hold several, and not all of them are there at once */
	if (rule->in_gi)
		return min_t(u32, type->max_instances, NVMUX_VGPU_MAX);
	return rule->ids(space->family, type, ids);
}

/**
 * nvmux_placement_size_gb() - size of a type in units of placement ids
 * @type: a time-sliced type
 *
 * Context: any.
 *
 * Return: GiB, at least 1.
 */
u32 nvmux_placement_size_gb(const struct nvmux_type *type)
{
	return max_t(u32, DIV_ROUND_CLOSEST(type->fb_mib, 1024), 1);
}

/**
 * nvmux_placement_len() - length of a slice where all slices have one size
 * @family: of the GPU
 * @type: a type of it
 * @mib: what is shared: the framebuffer, or a GPU instance's part of it
 *
 * As long as the type says, or shorter where the board lacks a bit of memory. The series of a size
 * may differ in count (RTX8000-4Q 12, RTX8000-4C 8) and lie side by side, so the largest count of
 * any of them decides: were each as long as its own count allows, they would lie askew.
 *
 * Context: any.
 *
 * Return: MiB, even.
 */
u32 nvmux_placement_len(const struct nvmux_family *family, const struct nvmux_type *type, u32 mib)
{
	u32 count, most = 1;
	unsigned int i;

	for (i = 0; i < family->n_types; i++) {
		const struct nvmux_type *peer = &family->types[i];

		if (peer->gi != type->gi || peer->fb_mib != type->fb_mib)
			continue;
		count = peer->gi ? peer->max_per_gi : peer->max_instances;
		most = max(most, count);
	}
	return round_down(min(type->fb_mib, mib / most), 2);
}

/**
 * nvmux_placement_is_free() - does nobody lie there?
 * @space: the GPU
 * @start: first MiB
 * @len: MiB
 *
 * Context: any.
 *
 * Return: true when no vGPU has a byte of it.
 */
bool nvmux_placement_is_free(const struct nvmux_space *space, u32 start, u32 len)
{
	unsigned int i;

	for (i = 0; i < space->n_residents; i++) {
		const struct nvmux_place *place = &space->residents[i]->place;

		if (start < place->start + place->len && place->start < start + len)
			return false;
	}
	return true;
}
