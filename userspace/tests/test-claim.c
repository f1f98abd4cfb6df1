// SPDX-License-Identifier: GPL-2.0-only
#include "daemon/store.h"
#include "root.h"
#include "tap.h"

#define VM1 "6f2b0a1c-0000-4000-8000-0000000000a1"
#define VM2 "6f2b0a1c-0000-4000-8000-0000000000a2"
#define VGPU "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define BDF "0001:81:00.0"

static struct claim_list list = LIST_HEAD_INITIALIZER(list);

static void claim_survives_a_restart(void)
{
	struct claim *claim = claim_new(&list, "vm \"one\"", VM1);

	CHECK(claim);
	claim->since = 4711;
	CHECK_INT(strset_add(&claim->gpus, BDF), 0);
	CHECK_INT(strset_add(&claim->vgpus, VGPU), 0);
	CHECK_INT(strset_add(&claim->vgpus, VGPU), 0);
	CHECK_INT(store_save_claim(claim), 0);
	claim_list_clear(&list);
	CHECK(!claim_find(&list, VM1));

	CHECK_INT(store_load_claims(&list), 0);
	claim = claim_find(&list, VM1);
	CHECK(claim);
	CHECK_STR(claim->name, "vm \"one\"");
	CHECK_INT(claim->since, 4711);
	CHECK_INT(claim->gpus.n, 1);
	CHECK_INT(claim->vgpus.n, 1);
	CHECK(claim_of_gpu(&list, BDF) == claim);
	CHECK(claim_of_vgpu(&list, VGPU) == claim);
	CHECK(claim_find_name(&list, "vm \"one\"") == claim);
	CHECK(!claim_of_gpu(&list, "0001:e2:00.0"));
}

static void claim_nonsense_on_disk_is_skipped(void)
{
	root_write("run/nvmux/claims/a.json", "{");
	root_write("run/nvmux/claims/b.json", "[]");
	root_write("run/nvmux/claims/c.json", "{\"version\":9,\"name\":\"x\",\"uuid\":\"" VM2 "\"}");
	root_write("run/nvmux/claims/d.json", "{\"version\":1,\"name\":7,\"uuid\":\"x\"}");
	root_write("run/nvmux/claims/e.json.tmp", "{");
	root_write("run/nvmux/claims/f.json", "{\"name\":\"x\",\"uuid\":\"" VM2 "\"}");
	claim_list_clear(&list);
	CHECK_INT(store_load_claims(&list), 0);
	CHECK(claim_find(&list, VM1));
	CHECK(!claim_find(&list, VM2));
}

static void claim_removed_is_gone(void)
{
	CHECK_INT(store_remove_claim(VM1), 0);
	CHECK_INT(store_remove_claim(VM1), 0);
	claim_list_clear(&list);
	CHECK_INT(store_load_claims(&list), 0);
	CHECK(LIST_EMPTY(&list));
}

int main(void)
{
	root_make();
	RUN(claim_survives_a_restart);
	RUN(claim_nonsense_on_disk_is_skipped);
	RUN(claim_removed_is_gone);
	claim_list_clear(&list);
	return tap_end();
}
