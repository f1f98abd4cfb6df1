// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which domains may start. Guards I6 (one kind per VM) and the claims.
 */
#include <errno.h>

#include "daemon/admit.h"
#include "tap.h"

#define VM1 "6f2b0a1c-0000-4000-8000-0000000000a1"
#define VM2 "6f2b0a1c-0000-4000-8000-0000000000a2"
#define OURS "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define OTHER "c2177883-f1bb-47f0-914d-32a22e3a8805"
#define FOREIGN "ffffffff-f1bb-47f0-914d-32a22e3a8804"
#define ABSENT "00000000-f1bb-47f0-914d-32a22e3a8804"
#define PASS "0001:81:00.0"
#define PASS_AUDIO "0001:81:00.1"
#define SHARED "0001:e2:00.0"
#define NIC "0000:03:00.0"

static struct gpu_list gpus = LIST_HEAD_INITIALIZER(gpus);
static struct vgpu_list vgpus = LIST_HEAD_INITIALIZER(vgpus);
static struct claim_list claims = LIST_HEAD_INITIALIZER(claims);

static bool mdev_exists(const char *uuid, void *userdata)
{
	(void)userdata;
	return strcmp(uuid, FOREIGN) == 0;
}

static unsigned int limit;

static unsigned int max_per_vm(const struct vgpu *vgpu, void *userdata)
{
	(void)vgpu;
	(void)userdata;
	return limit;
}

static const char *unclean = "";

static bool is_unclean(const struct gpu *gpu, void *userdata)
{
	(void)userdata;
	return strcmp(gpu->observed.bdf, unclean) == 0;
}

static const struct admit_world world = {
	.gpus = &gpus, .vgpus = &vgpus, .claims = &claims, .mdev_exists = mdev_exists,
	.max_per_vm = max_per_vm, .is_unclean = is_unclean,
};

static void make_world(void)
{
	struct nvmux_gpu pass = {
		.bdf = PASS, .mode = NVMUX_MODE_PASSTHROUGH, .n_companions = 1,
		.companions = { { .bdf = PASS_AUDIO } },
	};
	struct nvmux_gpu shared = { .bdf = SHARED, .mode = NVMUX_MODE_VGPU };
	struct nvmux_vgpu ours = {
		.uuid = OURS, .gpu = SHARED, .type = "A40-8Q",
		.state = NVMUX_VGPU_STATE_PUBLISHED,
	};
	struct nvmux_vgpu other = ours;

	strcpy(other.uuid, OTHER);
	if (!gpu_new(&gpus, &pass) || !gpu_new(&gpus, &shared) || !vgpu_new(&vgpus, &ours) ||
	    !vgpu_new(&vgpus, &other))
		abort();
}

static void free_world(void)
{
	while (!LIST_EMPTY(&gpus))
		gpu_free(LIST_FIRST(&gpus));
	while (!LIST_EMPTY(&vgpus))
		vgpu_free(LIST_FIRST(&vgpus));
	claim_list_clear(&claims);
}

static char text[512];

static int admit(const char *pci, const char *mdev)
{
	char *pcis[] = { (char *)pci, NULL }, *mdevs[] = { (char *)mdev, NULL };
	struct domain domain = {
		.name = "m1", .uuid = VM1, .pcis = pcis, .n_pcis = pci ? 1 : 0,
		.mdevs = mdevs, .n_mdevs = mdev ? 1 : 0,
	};

	text[0] = '\0';
	return admit_domain(&domain, &world, text, sizeof(text));
}

static void admit_foreign_devices_pass(void)
{
	CHECK_INT(admit(NULL, NULL), 0);
	CHECK_INT(admit(NIC, NULL), 0);
	CHECK_INT(admit(NULL, FOREIGN), 0);
	CHECK_INT(admit(NIC, OURS), 0);
	CHECK_INT(admit(PASS, FOREIGN), 0);
}

static void admit_gpu_in_its_mode_passes(void)
{
	CHECK_INT(admit(PASS, NULL), 0);
	CHECK_INT(admit(PASS_AUDIO, NULL), 0);
	CHECK_INT(admit(NULL, OURS), 0);
}

static void admit_both_kinds_are_refused(void)
{
	CHECK_INT(admit(PASS, OURS), -EPERM);
	CHECK_STR(text, "vm m1 asks for gpu " PASS " (passthrough) and vgpu " OURS
		  ": one kind per vm");
	CHECK_INT(admit(PASS_AUDIO, OURS), -EPERM);
	CHECK_INT(admit(SHARED, OURS), -EPERM);
}

static void admit_wrong_mode_is_refused(void)
{
	CHECK_INT(admit(SHARED, NULL), -EOPNOTSUPP);
	CHECK_STR(text, "gpu " SHARED " is in vgpu mode, vm m1 needs it in passthrough mode");
	gpu_find(&gpus, SHARED)->observed.mode = NVMUX_MODE_HOST;
	CHECK_INT(admit(SHARED, NULL), -EOPNOTSUPP);
	CHECK_STR(text, "gpu " SHARED " is in host mode, vm m1 needs it in passthrough mode");
	gpu_find(&gpus, SHARED)->observed.mode = NVMUX_MODE_VGPU;
}

static void admit_gpu_that_is_not_clean_is_refused(void)
{
	unclean = PASS;
	CHECK_INT(admit(PASS, NULL), -EBUSY);
	CHECK_STR(text, "gpu " PASS " has not been cleaned after its last tenant yet");
	unclean = "";
	CHECK_INT(admit(PASS, NULL), 0);
}

static void admit_quarantined_gpu_is_refused(void)
{
	struct gpu *gpu = gpu_find(&gpus, PASS);

	gpu->observed.has |= NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
	strcpy(gpu->observed.quarantine, "reset failed");
	CHECK_INT(admit(PASS, NULL), -EOPNOTSUPP);
	CHECK_STR(text, "gpu " PASS " is quarantined: reset failed");
	gpu->observed.has = 0;
}

static void admit_gpu_that_is_cleaned_is_refused(void)
{
	struct nvmux_gpu *gpu = &gpu_find(&gpus, PASS)->observed;

	gpu->has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	gpu->scrub_total = 200;
	gpu->scrub_done = 50;
	CHECK_INT(admit(PASS, NULL), -EBUSY);
	CHECK_STR(text, "gpu " PASS " is being cleaned after its last tenant, 25 percent are done");
	gpu->has = 0;
	gpu->scrub_total = 0;
}

static void admit_switching_gpu_is_refused(void)
{
	struct gpu *gpu = gpu_find(&gpus, PASS);

	gpu->observed.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	gpu->observed.target = NVMUX_MODE_VGPU;
	CHECK_INT(admit(PASS, NULL), -EBUSY);
	CHECK_STR(text, "gpu " PASS " is switching to vgpu mode");
	gpu->observed.has = 0;
}

static int admit_two(void)
{
	char *mdevs[] = { OURS, OTHER, NULL };
	struct domain domain = { .name = "m1", .uuid = VM1, .mdevs = mdevs, .n_mdevs = 2 };

	return admit_domain(&domain, &world, text, sizeof(text));
}

static void admit_more_of_a_type_than_a_vm_may_have(void)
{
	CHECK_INT(admit_two(), 0);
	limit = 2;
	CHECK_INT(admit_two(), 0);
	limit = 1;
	CHECK_INT(admit_two(), -EPERM);
	CHECK_STR(text, "vm m1 asks for 2 vgpus of type A40-8Q, a vm may have 1");
	CHECK_INT(admit(NULL, OURS), 0);
	limit = 0;
}

static void admit_more_than_a_vm_may_have(void)
{
	static char uuids[17][40];
	char *mdevs[18] = { NULL };
	struct domain domain = { .name = "m1", .uuid = VM1, .mdevs = mdevs, .n_mdevs = 17 };
	struct nvmux_vgpu many = { .gpu = SHARED, .type = "A40-1Q" };

	for (int i = 0; i < 17; i++) {
		(void)snprintf(uuids[i], sizeof(uuids[i]), "%08x-0000-4000-8000-0000000000a1", i);
		mdevs[i] = uuids[i];
		strcpy(many.uuid, uuids[i]);
		CHECK(vgpu_new(&vgpus, &many));
	}
	CHECK_INT(admit_domain(&domain, &world, text, sizeof(text)), -EPERM);
	CHECK_STR(text, "vm m1 asks for 17 vgpus, a vm may have 16");
	domain.n_mdevs = 16;
	CHECK_INT(admit_domain(&domain, &world, text, sizeof(text)), 0);
}

static void admit_absent_mdev_is_refused(void)
{
	CHECK_INT(admit(NULL, ABSENT), -ENODEV);
	CHECK_STR(text, "vm m1 asks for vgpu " ABSENT ", which does not exist");
}

static void admit_claim_of_another_vm_is_named(void)
{
	struct claim *claim = claim_new(&claims, "m2", VM2);

	CHECK(claim);
	CHECK_INT(strset_add(&claim->gpus, PASS), 0);
	CHECK_INT(strset_add(&claim->vgpus, OURS), 0);
	CHECK_INT(admit(PASS, NULL), -EBUSY);
	CHECK_STR(text, "gpu " PASS " is claimed by vm m2, vm m1 cannot have it");
	CHECK_INT(admit(NULL, OURS), -EBUSY);
	CHECK_STR(text, "vgpu " OURS " is claimed by vm m2, vm m1 cannot have it");
	CHECK_INT(admit(NULL, OTHER), 0);
	claim_free(claim);
}

static void admit_own_claim_is_no_obstacle(void)
{
	struct claim *claim = claim_new(&claims, "m1", VM1);

	CHECK(claim);
	CHECK_INT(strset_add(&claim->gpus, PASS), 0);
	CHECK_INT(admit(PASS, NULL), 0);
	claim_free(claim);
}

static void admit_open_vgpu_is_refused(void)
{
	struct vgpu *vgpu = vgpu_find(&vgpus, OURS);

	vgpu->observed.state = NVMUX_VGPU_STATE_OPEN;
	vgpu->observed.pid = 42;
	strcpy(vgpu->observed.comm, "qemu");
	CHECK_INT(admit(NULL, OURS), -EBUSY);
	CHECK_STR(text, "vgpu " OURS " is held by pid 42 (qemu)");
	vgpu->observed.state = NVMUX_VGPU_STATE_PUBLISHED;
}

int main(void)
{
	make_world();
	RUN(admit_foreign_devices_pass);
	RUN(admit_gpu_in_its_mode_passes);
	RUN(admit_both_kinds_are_refused);
	RUN(admit_wrong_mode_is_refused);
	RUN(admit_gpu_that_is_cleaned_is_refused);
	RUN(admit_gpu_that_is_not_clean_is_refused);
	RUN(admit_quarantined_gpu_is_refused);
	RUN(admit_switching_gpu_is_refused);
	RUN(admit_more_of_a_type_than_a_vm_may_have);
	RUN(admit_more_than_a_vm_may_have);
	RUN(admit_absent_mdev_is_refused);
	RUN(admit_claim_of_another_vm_is_named);
	RUN(admit_own_claim_is_no_obstacle);
	RUN(admit_open_vgpu_is_refused);
	free_world();
	return tap_end();
}
