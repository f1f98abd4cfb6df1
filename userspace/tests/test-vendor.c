// SPDX-License-Identifier: GPL-2.0-only
/*
 * GPUs of NVIDIA's own vGPU manager, by made-up files in the two forms that it has: shown, used by
 * the same requests, and held to the same rules.
 */
#include <sys/stat.h>

#include "daemon/action.h"
#include "daemon/metrics.h"
#include "daemon/owner.h"
#include "daemon/tenant.h"
#include "daemon/vendor.h"
#include "played-kernel.h"
#include "tap.h"

#define A "0000:41:00.0"		/* shares by mdev */
#define B "0000:a1:00.0"		/* shares by virtual functions */
#define C "0000:c1:00.0"		/* the module's */
#define VF1 "0000:a1:00.4"
#define VF2 "0000:a1:00.5"
#define UUID1 "10de0000-a100-8004-8000-000000000000"
#define UUID2 "10de0000-a100-8005-8000-000000000000"
#define MDEV "c2177883-f1bb-47f0-914d-32a22e3a8801"
#define NEW "c2177883-f1bb-47f0-914d-32a22e3a8802"

#define PCI(bdf) "sys/bus/pci/devices/" bdf
#define TYPES PCI(A) "/mdev_supported_types"
#define TABLE "ID    : vGPU Name\n7     : NVIDIA A40-4Q\n8     : NVIDIA A40-8Q\n"

static struct manager *m;
static struct outcome outcome;

static void make_type(const char *id, const char *name, const char *available)
{
	char path[128];

	snprintf(path, sizeof(path), TYPES "/%s/name", id);
	root_write(path, name);
	snprintf(path, sizeof(path), TYPES "/%s/available_instances", id);
	root_write(path, available);
	snprintf(path, sizeof(path), TYPES "/%s/create", id);
	root_write(path, "");
	snprintf(path, sizeof(path), TYPES "/%s/description", id);
	root_write(path, "num_heads=4, frl_config=60, framebuffer=8192M, "
		   "max_resolution=7680x4320, max_instance=6\n");
}

static void make_function(const char *bdf, const char *current)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/nvidia/creatable_vgpu_types", bdf);
	root_write(path, strcmp(current, "0\n") ? "ID    : vGPU Name\n" : TABLE);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/nvidia/current_vgpu_type", bdf);
	root_write(path, current);
}

static void make_tree(void)
{
	make_type("nvidia-557", "NVIDIA A40-4Q\n", "0\n");
	make_type("nvidia-558", "NVIDIA A40-8Q \n", "5\n");
	root_write(TYPES "/nvidia-558/devices/" MDEV "/uevent", "");
	root_write("sys/bus/mdev/devices/" MDEV "/remove", "");
	root_link("sys/bus/mdev/devices/" MDEV "/iommu_group", "../../../kernel/iommu_groups/70");
	root_link(PCI(B) "/virtfn0", "../" VF1);
	root_link(PCI(B) "/virtfn1", "../" VF2);
	root_link(PCI(VF1) "/iommu_group", "../../../kernel/iommu_groups/71");
}

static void add_gpu(const char *bdf, const char *driver, uint32_t mode)
{
	struct played *p = played_add(bdf, mode, NVMUX_PARTITION_SAME_SIZE);

	snprintf(p->gpu.driver, sizeof(p->gpu.driver), "%s", driver);
	manager_gpu_observed(m, &p->gpu);
}

static void begin(void)
{
	make_function(VF1, "8\n");
	make_function(VF2, "0\n");
	m = played_manager();
	add_gpu(A, "nvidia", NVMUX_MODE_HOST);
	add_gpu(B, "nvidia", NVMUX_MODE_HOST);
	add_gpu(C, "nvmux", NVMUX_MODE_VGPU);
	vendor_sync(m);
	vendor_stop(m);		/* no look that the test does not ask for */
	outcome = (struct outcome){ 0 };
}

static void end(void)
{
	while (!LIST_EMPTY(&m->claims))
		claim_free(LIST_FIRST(&m->claims));
	manager_free(m);
}

static const struct nvmux_vgpu *vgpu(const char *uuid)
{
	struct vgpu *found = vgpu_find(&m->vgpus, uuid);

	return found ? &found->observed : NULL;
}

static void vendor_vgpus_are_shown_and_foreign(void)
{
	size_t len;
	char *text;

	begin();
	CHECK(vgpu(MDEV) && vgpu(UUID1) && !vgpu(UUID2));
	CHECK_STR(vgpu(MDEV)->gpu, A);
	CHECK_STR(vgpu(MDEV)->type, "A40-8Q");
	CHECK(vgpu(MDEV)->size == 8192ULL << 20);
	CHECK_STR(vgpu(UUID1)->gpu, B);
	CHECK_STR(vgpu(UUID1)->type, "A40-8Q");
	CHECK_STR(vgpu_find(&m->vgpus, UUID1)->function, VF1);
	CHECK_STR(vgpu_find(&m->vgpus, UUID1)->owner, OWNER_FOREIGN);
	CHECK_STR(gpu_find(&m->gpus, A)->vendor->way, "mdev");
	CHECK_STR(gpu_find(&m->gpus, B)->vendor->way, "vfio");
	CHECK(!gpu_find(&m->gpus, C)->vendor);
	text = metrics_format(m, &len);
	CHECK(text && strstr(text, "nvmux_gpu_vgpus{gpu=\"" B "\"} 1\n"));
	free(text);
	/* a listing of the module does not show them, and they stay */
	manager_sweep_begin(m);
	for (size_t i = 0; i < n_played; i++)
		manager_gpu_observed(m, &played[i].gpu);
	manager_sweep_end(m);
	CHECK(vgpu(MDEV) && vgpu(UUID1));
	end();
}

static void vendor_types_take_the_place_of_ours(void)
{
	struct nvmux_type *types = NULL;
	size_t n = 0;

	begin();
	CHECK_INT(nvmux_type_list(m->kernel, NULL, &types, &n), 0);
	CHECK_INT(vendor_offer(m, NULL, &types, &n), 0);
	CHECK_INT(n, 1 + 2 + 2);
	for (size_t i = 0; i < n; i++) {
		bool small = !strcmp(types[i].name, "A40-4Q");

		if (!strcmp(types[i].gpu, A)) {
			CHECK_INT(types[i].available, small ? 0 : 5);
			CHECK_INT(types[i].max_instances, 6);
		} else if (!strcmp(types[i].gpu, B)) {
			CHECK_INT(types[i].available, 1);
			CHECK_STR(types[i].mdev_type, small ? "7" : "8");
		}
	}
	free(types);
	end();
}

static void create(const char *gpu, const char *type, const char *uuid, bool any)
{
	struct vgpu_order order = { .numa_node = ASSIGN_ANY_NODE, .any_uuid = any };

	snprintf(order.gpu, sizeof(order.gpu), "%s", gpu);
	snprintf(order.type, sizeof(order.type), "%s", type);
	snprintf(order.uuid, sizeof(order.uuid), "%s", uuid);
	if (action_create_vgpu(m, &order, outcome_set, &outcome) < 0)
		abort();
}

static bool file_has(const char *path, const char *want)
{
	char full[256], text[64] = "";

	snprintf(full, sizeof(full), "%s/%s", root_dir, path);
	return file_read_line(full, text, sizeof(text)) == 0 && !strcmp(text, want);
}

static void remove_mdev(void)
{
	char path[256];

	root_remove_file(TYPES "/nvidia-558/devices/" NEW "/uevent");
	snprintf(path, sizeof(path), "%s/" TYPES "/nvidia-558/devices/" NEW, root_dir);
	if (rmdir(path) < 0)
		abort();
}

static void vendor_mdev_is_made_and_named(void)
{
	begin();
	create(A, "A40-8Q", NEW, false);
	root_write(TYPES "/nvidia-558/devices/" NEW "/uevent", "");	/* as the driver does */
	outcome_wait(m, &outcome);
	CHECK_INT(outcome.err, 0);
	CHECK_STR(outcome.text, NEW);
	CHECK(file_has(TYPES "/nvidia-558/create", NEW));
	CHECK_STR(vgpu_find(&m->vgpus, NEW)->owner, OWNER_NVMUX);
	CHECK_STR(played_calls, "");
	remove_mdev();
	end();
}

static void vendor_function_is_made_by_its_type(void)
{
	begin();
	create(B, "A40-4Q", NEW, true);
	outcome_wait(m, &outcome);
	CHECK_INT(outcome.err, 0);
	CHECK_STR(outcome.text, UUID2);
	CHECK(file_has(PCI(VF2) "/nvidia/current_vgpu_type", "7"));
	CHECK_STR(vgpu(UUID2)->type, "A40-4Q");
	end();
}

static void vendor_knows_no_placements(void)
{
	struct vgpu_order order = {
		.gpu = A, .type = "A40-8Q", .uuid = NEW, .has_placement = true, .placement = 2,
		.numa_node = ASSIGN_ANY_NODE,
	};

	begin();
	if (action_create_vgpu(m, &order, outcome_set, &outcome) < 0)
		abort();
	outcome_wait(m, &outcome);
	CHECK_INT(outcome.err, -EOPNOTSUPP);
	CHECK_STR(outcome.text, "gpu " A " is driver nvidia's, which knows no placements");
	end();
}

static void vendor_refuses_what_it_cannot(void)
{
	begin();
	create(A, "A40-4Q", NEW, true);
	outcome_wait(m, &outcome);
	CHECK_INT(outcome.err, -EUSERS);
	CHECK_STR(outcome.text, "gpu " A " has no vgpu of type A40-4Q left");
	outcome.ended = false;
	create(B, "A40-8Q", NEW, false);
	outcome_wait(m, &outcome);
	CHECK_INT(outcome.err, -EOPNOTSUPP);
	CHECK_STR(outcome.text, "gpu " B " has vgpus on virtual functions, they cannot have uuid "
		  NEW);
	CHECK(file_has(PCI(VF2) "/nvidia/current_vgpu_type", "0"));
	/* the driver takes the write, and nothing comes of it */
	outcome.ended = false;
	create(A, "A40-8Q", NEW, false);
	outcome_wait(m, &outcome);
	CHECK_INT(outcome.err, -EIO);
	CHECK(!vgpu(NEW));
	end();
}

/* The one GPU that offers the type, although the module has it in host mode. */
static void vendor_gpu_is_chosen_by_the_policy(void)
{
	begin();
	played_find(C)->max = 0;
	root_write(TYPES "/nvidia-558/available_instances", "0\n");
	vendor_sync(m);
	create("", "A40-8Q", NEW, true);
	outcome_wait(m, &outcome);
	CHECK_STR(outcome.text, UUID2);
	root_write(TYPES "/nvidia-558/available_instances", "5\n");
	end();
}

static void delete(const char *uuid)
{
	outcome.ended = false;
	if (action_delete_vgpu(vgpu_find(&m->vgpus, uuid), outcome_set, &outcome) < 0)
		abort();
	outcome_wait(m, &outcome);
}

static void vendor_vgpus_are_deleted_when_asked(void)
{
	begin();
	delete(UUID1);
	CHECK_INT(outcome.err, 0);
	CHECK(file_has(PCI(VF1) "/nvidia/current_vgpu_type", "0"));
	CHECK(!vgpu(UUID1));
	delete(MDEV);
	CHECK_INT(outcome.err, 0);
	CHECK(file_has("sys/bus/mdev/devices/" MDEV "/remove", "1"));
	root_write("sys/bus/mdev/devices/" MDEV "/remove", "");
	end();
}

static void open_by_somebody(const char *node)
{
	root_write("proc/4711/comm", "qemu-system-x86\n");
	root_write("proc/4711/cmdline", "qemu");
	root_link("proc/4711/fd/5", node);
}

static void close_by_somebody(void)
{
	root_remove_file("proc/4711/fd/5");
}

/* Nothing is written: the write would not come back before it is closed. */
static void vendor_vgpus_in_use_stay(void)
{
	begin();
	open_by_somebody("/dev/vfio/71");
	delete(UUID1);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "vgpu " UUID1 " is open; held by pid 4711 (qemu-system-x86)");
	CHECK(file_has(PCI(VF1) "/nvidia/current_vgpu_type", "8"));
	CHECK_INT(vgpu(UUID1)->state, NVMUX_VGPU_STATE_OPEN);
	CHECK_INT(vgpu(UUID1)->pid, 4711);
	CHECK_INT(vgpu(MDEV)->state, NVMUX_VGPU_STATE_PUBLISHED);
	close_by_somebody();
	vendor_sync(m);
	CHECK_INT(vgpu(UUID1)->state, NVMUX_VGPU_STATE_PUBLISHED);
	open_by_somebody("/dev/vfio/70");
	delete(MDEV);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK(file_has("sys/bus/mdev/devices/" MDEV "/remove", ""));
	close_by_somebody();
	end();
}

/* I3: the module would take the GPU from its driver with all that is on it. */
static void vendor_gpu_with_vgpus_is_not_switched(void)
{
	const struct gpu_wanted wanted = { .mode = NVMUX_MODE_PASSTHROUGH, .detach = true };

	begin();
	action_set_mode(gpu_find(&m->gpus, B), &wanted, outcome_set, &outcome);
	outcome_wait(m, &outcome);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "gpu " B " is held by vgpu " UUID1);
	CHECK_STR(played_calls, "");
	end();
}

static const char *prepare(const char *devices)
{
	static char text[512];
	struct domain *domain;
	char xml[1024];

	snprintf(xml, sizeof(xml), "<domain><name>m1</name><uuid>" NEW "</uuid><devices>%s"
		 "</devices></domain>", devices);
	text[0] = '\0';
	if (domain_parse(xml, strlen(xml), &domain))
		return "malformed";
	if (tenant_prepare(m, domain, text, sizeof(text)) == 0)
		snprintf(text, sizeof(text), "ok");
	domain_free(domain);
	return text;
}

#define HOSTDEV(bus, function) "<hostdev mode='subsystem' type='pci'><source><address bus='" bus \
	"' function='" function "'/></source></hostdev>"

/* I6: a virtual function is a vGPU, whatever libvirt calls it. */
static void vendor_function_counts_as_a_vgpu(void)
{
	begin();
	played_find(C)->gpu.mode = NVMUX_MODE_PASSTHROUGH;
	manager_gpu_observed(m, &played_find(C)->gpu);
	CHECK_STR(prepare(HOSTDEV("0xa1", "4") HOSTDEV("0xc1", "0")),
		  "vm m1 asks for gpu " C " (passthrough) and vgpu " UUID1 ": one kind per vm");
	CHECK_STR(prepare(HOSTDEV("0xa1", "4")), "ok");
	CHECK(claim_of_vgpu(&m->claims, UUID1));
	delete(UUID1);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "vgpu " UUID1 " is claimed by vm m1");
	end();
}

static void vendor_vgpus_go_with_their_driver(void)
{
	begin();
	played_find(B)->gpu.driver[0] = '\0';
	manager_gpu_observed(m, &played_find(B)->gpu);
	vendor_sync(m);
	CHECK(!vgpu(UUID1) && vgpu(MDEV));
	CHECK(!vendor_has(gpu_find(&m->gpus, B)));
	manager_gpu_gone(m, A);
	CHECK(!vgpu(MDEV));
	end();
}

/* By itself: when the driver comes, and when somebody else has made one. */
static void vendor_is_looked_at_by_itself(void)
{
	begin();
	root_write(TYPES "/nvidia-558/devices/" NEW "/uevent", "");
	manager_gpu_observed(m, &played_find(A)->gpu);
	played_find(A)->gpu.vgpu_count = 1;
	manager_gpu_observed(m, &played_find(A)->gpu);
	for (int i = 0; i < 1000 && !vgpu(NEW); i++)
		sd_event_run(m->event, 10000);
	CHECK(vgpu(NEW));
	remove_mdev();
	end();
}

int main(void)
{
	root_make();
	make_tree();
	RUN(vendor_vgpus_are_shown_and_foreign);
	RUN(vendor_types_take_the_place_of_ours);
	RUN(vendor_mdev_is_made_and_named);
	RUN(vendor_function_is_made_by_its_type);
	RUN(vendor_knows_no_placements);
	RUN(vendor_refuses_what_it_cannot);
	RUN(vendor_gpu_is_chosen_by_the_policy);
	RUN(vendor_vgpus_are_deleted_when_asked);
	RUN(vendor_vgpus_in_use_stay);
	RUN(vendor_gpu_with_vgpus_is_not_switched);
	RUN(vendor_function_counts_as_a_vgpu);
	RUN(vendor_vgpus_go_with_their_driver);
	RUN(vendor_is_looked_at_by_itself);
	return tap_end();
}
