// SPDX-License-Identifier: GPL-2.0-only
/*
 * Made-up hosts: the GPUs that have room, in the order in which they are asked.
 */
#include <errno.h>

#include "daemon/assign.h"
#include "daemon/reasons.h"
#include "tap.h"

#define TYPE "A40-8Q"
#define HOST_MAX 8

/* One GPU of a host; what is 0 is left out. */
struct row {
	const char *bdf;
	uint32_t vgpus, available, max;
	int numa;		/* node + 1 */
	uint32_t mode;		/* 0: vgpu */
	const char *reason;
	uint32_t mixed;		/* the most of the type when divided mixed-size, and it is */
	uint32_t target;
};

static struct nvmux_gpu gpu_of(const struct row *row)
{
	struct nvmux_gpu gpu = {
		.mode = row->mode ? row->mode : NVMUX_MODE_VGPU, .vgpu_count = row->vgpus,
		.partition = row->mixed ? NVMUX_PARTITION_MIXED_SIZE : NVMUX_PARTITION_SAME_SIZE,
		.target = row->target, .numa_node = row->numa - 1,
	};

	gpu.has = (row->numa ? NVMUX_HAS(NVMUX_A_GPU_NUMA_NODE) : 0) |
		  (row->target ? NVMUX_HAS(NVMUX_A_GPU_TARGET) : 0);
	strcpy(gpu.bdf, row->bdf);
	return gpu;
}

static struct nvmux_type type_of(const struct row *row, const char *name)
{
	struct nvmux_type type = {
		.available = row->available, .max_instances = row->max, .max_mixed = row->mixed,
	};

	strcpy(type.gpu, row->bdf);
	strcpy(type.name, name);
	strcpy(type.reason, row->reason ? row->reason : "");
	return type;
}

static struct assign_wish wish = { .type = TYPE };

static int rank(const struct row *rows, const struct nvmux_type **ret, size_t *ret_n, char *text)
{
	static struct nvmux_type types[2 * HOST_MAX];
	struct nvmux_gpu gpus[HOST_MAX];
	struct assign_host host = { .gpus = gpus, .types = types };

	for (; rows->bdf; rows++) {
		gpus[host.n_gpus++] = gpu_of(rows);
		types[host.n_types++] = type_of(rows, "A40-1B");
		types[host.n_types++] = type_of(rows, TYPE);
	}
	return assign_rank(&host, &wish, ret, ret_n, text, 256);
}

/* @want: addresses, each followed by a blank */
static void check_order(const struct row *rows, const char *want)
{
	const struct nvmux_type *found[2 * HOST_MAX];
	char text[256] = "", got[256] = "";
	size_t n = 0;

	CHECK_INT(rank(rows, found, &n, text), 0);
	for (size_t i = 0; i < n; i++) {
		CHECK_STR(found[i]->name, TYPE);
		strcat(strcat(got, found[i]->gpu), " ");
	}
	CHECK_STR(got, want);
}

static void check_both(const struct row *rows, int32_t node, const char *performance,
		       const char *consolidation)
{
	wish = (struct assign_wish){ TYPE, ASSIGN_PERFORMANCE, node };
	check_order(rows, performance);
	wish.policy = ASSIGN_CONSOLIDATION;
	check_order(rows, consolidation);
}

#define ANY ASSIGN_ANY_NODE

static void assign_spreads_or_fills(void)
{
	const struct row rows[] = {
		{ "c", .vgpus = 1, .available = 5, .max = 6 },
		{ "a", .vgpus = 4, .available = 2, .max = 6 },
		{ "d", .vgpus = 6, .available = 0, .max = 6 },
		{ "b", .vgpus = 0, .available = 6, .max = 6 },
		{ 0 }
	};

	check_both(rows, ANY, "b c a ", "a c b ");
}

/* Few large vGPUs: for performance they are few, for consolidation they are large. */
static void assign_counts_heads_or_room(void)
{
	const struct row rows[] = {
		{ "a", .vgpus = 3, .available = 4, .max = 6 },
		{ "b", .vgpus = 1, .available = 2, .max = 6 },
		{ 0 }
	};

	check_both(rows, ANY, "b a ", "b a ");
}

static void assign_compares_parts_not_numbers(void)
{
	const struct row rows[] = {
		{ "a", .vgpus = 2, .available = 3, .max = 12 },
		{ "b", .vgpus = 2, .available = 2, .max = 4 },
		{ 0 }
	};

	check_both(rows, ANY, "b a ", "a b ");
}

static void assign_knows_what_mixed_size_holds(void)
{
	const struct row rows[] = {
		{ "a", .vgpus = 1, .available = 3, .max = 6 },
		{ "b", .vgpus = 1, .available = 3, .max = 6, .mixed = 4 },
		{ 0 }
	};

	check_both(rows, ANY, "b a ", "a b ");
}

static void assign_breaks_ties_by_count_then_address(void)
{
	const struct row rows[] = {
		{ "0001:02:00.0", .vgpus = 1, .available = 3, .max = 6 },
		{ "0000:e2:00.0", .vgpus = 1, .available = 3, .max = 6 },
		{ "0000:81:00.0", .vgpus = 1, .available = 3, .max = 6 },
		{ "0000:41:00.0", .vgpus = 2, .available = 3, .max = 6 },
		{ 0 }
	};

	check_both(rows, ANY, "0000:81:00.0 0000:e2:00.0 0001:02:00.0 0000:41:00.0 ",
		   "0000:41:00.0 0000:81:00.0 0000:e2:00.0 0001:02:00.0 ");
}

static void assign_prefers_the_node(void)
{
	const struct row rows[] = {
		{ "a", .vgpus = 0, .available = 6, .max = 6, .numa = 1 },
		{ "b", .vgpus = 3, .available = 3, .max = 6, .numa = 2 },
		{ "c", .vgpus = 2, .available = 4, .max = 6, .numa = 2 },
		{ "d", .vgpus = 1, .available = 5, .max = 6 },
		{ 0 }
	};

	check_both(rows, 1, "c b a d ", "b c d a ");
}

static void assign_leaves_a_full_node(void)
{
	const struct row rows[] = {
		{ "a", .vgpus = 1, .available = 5, .max = 6, .numa = 1 },
		{ "b", .vgpus = 6, .available = 0, .max = 6, .numa = 2 },
		{ 0 }
	};

	check_both(rows, 1, "a ", "a ");
}

static void assign_takes_only_vgpu_mode(void)
{
	const struct row rows[] = {
		{ "a", .available = 6, .max = 6, .mode = NVMUX_MODE_PASSTHROUGH },
		{ "b", .available = 6, .max = 6, .target = NVMUX_MODE_HOST },
		{ "c", .vgpus = 5, .available = 1, .max = 6 },
		{ 0 }
	};

	check_both(rows, ANY, "c ", "c ");
}

static void check_refused(const struct row *rows, int err, const char *want)
{
	const struct nvmux_type *found[2 * HOST_MAX];
	char text[256] = "";
	size_t n = 0;

	wish = (struct assign_wish){ TYPE, ASSIGN_PERFORMANCE, ANY };
	CHECK_INT(rank(rows, found, &n, text), err);
	CHECK_STR(text, want);
}

static void assign_tells_each_reason(void)
{
	const struct row full[] = {
		{ "a", .mode = NVMUX_MODE_HOST, .reason = "gpu a is in host mode" },
		{ "b", .reason = "gpu b is full" },
		{ "c", .target = NVMUX_MODE_HOST },
		{ 0 }
	};
	const struct row away[] = { { "a", .mode = NVMUX_MODE_HOST }, { 0 } };
	const struct row none[] = { { 0 } };

	check_refused(full, -EUSERS, "no gpu has room for a vgpu of type " TYPE
		      ": gpu a is in host mode; gpu b is full; gpu c is switching to host mode");
	check_refused(away, -EOPNOTSUPP, "no gpu has room for a vgpu of type " TYPE
		      ": gpu a is not in vgpu mode");
	check_refused(none, -ENOENT, "no gpu offers type " TYPE);
}

static void assign_reasons_that_do_not_fit_are_counted(void)
{
	struct reasons reasons;
	char text[64];

	reasons_begin(&reasons, text, sizeof(text), "no %s", "room");
	reasons_add(&reasons, "gpu a is full");
	reasons_add(&reasons, "gpu b is full");
	reasons_add(&reasons, "gpu c is full");
	reasons_add(&reasons, "gpu d is full");
	reasons_end(&reasons);
	CHECK_STR(text, "no room: gpu a is full; gpu b is full; and 2 more");
}

static void assign_policies_have_names(void)
{
	CHECK_INT(assign_policy_from_str("performance"), ASSIGN_PERFORMANCE);
	CHECK_INT(assign_policy_from_str("consolidation"), ASSIGN_CONSOLIDATION);
	CHECK_INT(assign_policy_from_str("fair"), -EINVAL);
}

int main(void)
{
	RUN(assign_spreads_or_fills);
	RUN(assign_counts_heads_or_room);
	RUN(assign_compares_parts_not_numbers);
	RUN(assign_knows_what_mixed_size_holds);
	RUN(assign_breaks_ties_by_count_then_address);
	RUN(assign_prefers_the_node);
	RUN(assign_leaves_a_full_node);
	RUN(assign_takes_only_vgpu_mode);
	RUN(assign_tells_each_reason);
	RUN(assign_reasons_that_do_not_fit_are_counted);
	RUN(assign_policies_have_names);
	return tap_end();
}
