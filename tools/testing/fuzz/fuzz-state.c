// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an earlier daemon has left in /run/nvmux: claims, owners, notes about
 * switches and stopped services. A power cut or a hand may have spoilt it.
 */
#include "daemon/around.h"
#include "daemon/owner.h"
#include "daemon/services.h"
#include "daemon/store.h"
#include "fuzz.h"
#include "tests/played-kernel.h"

#define UUID "c0ffee00-0000-4000-8000-000000000001"
#define BDF "0001:81:00.0"

static void check_claim(struct claim *claim)
{
	struct claim_list again = LIST_HEAD_INITIALIZER(again);

	assert(fuzz_is_utf8(claim->name));
	assert(!store_save_claim(claim) && !store_load_claims(&again));
	assert(claim_find(&again, claim->uuid));
	while (!LIST_EMPTY(&again))
		claim_free(LIST_FIRST(&again));
	assert(!store_remove_claim(claim->uuid));
}

FUZZ_ROOT("run/nvmux/claims/x", "run/nvmux/vgpus/x", "run/nvmux/switches/x")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manager *m = played_manager();
	char owner[OWNER_SIZE];

	manager_gpu_observed(m, &played_add(BDF, NVMUX_MODE_VGPU, 0)->gpu);
	fuzz_file("run/nvmux/claims/" UUID ".json", data, size);
	fuzz_file("run/nvmux/vgpus/" UUID, data, size);
	fuzz_file("run/nvmux/switches/" BDF, data, size);
	fuzz_file("run/nvmux/services", data, size);
	assert(!store_load_claims(&m->claims));
	owner_of(UUID, owner);
	services_load(m);
	around_load(m);
	if (!LIST_EMPTY(&m->claims))
		check_claim(LIST_FIRST(&m->claims));
	manager_free(m);
	return 0;
}
