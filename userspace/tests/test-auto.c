// SPDX-License-Identifier: GPL-2.0-only
/*
 * vGPUs for as long as a VM runs, by the requests of libvirt's hook on a made-up host.
 */
#include <stdarg.h>

#include <json-c/json.h>

#include "daemon/action.h"
#include "daemon/auto.h"
#include "daemon/hook.h"
#include "daemon/owner.h"
#include "played-kernel.h"
#include "tap.h"

#define U1 "c2177883-f1bb-47f0-914d-32a22e3a8801"
#define U2 "c2177883-f1bb-47f0-914d-32a22e3a8802"
#define U3 "c2177883-f1bb-47f0-914d-32a22e3a8803"
#define U4 "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define A "0001:81:00.0"
#define B "0001:e2:00.0"

#define NAMESPACE "xmlns:n='urn:nvmux:domain:1'"
#define WISH(uuid, type) "<n:vgpu uuid='" uuid "' type='" type "'/>"
#define MDEV(uuid) "<hostdev mode='subsystem' type='mdev'><source><address uuid='" uuid \
	"'/></source></hostdev>"
#define PCI "<hostdev mode='subsystem' type='pci'><source><address domain='0x0001' bus='0xe2'/>" \
	"</source></hostdev>"

static struct manager *m;
static struct outcome told;
static char answer_map[512];	/* of the last answer that had one */
static struct auto_job *later;

static void begin(void)
{
	m = played_manager();
	played_add(A, NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE);
	played_add(B, NVMUX_MODE_PASSTHROUGH, NVMUX_PARTITION_SAME_SIZE);
	root_write("sys/bus/pci/devices/" A "/mdev_supported_types/nvmux-" TYPE "/create", "");
	for (size_t i = 0; i < n_played; i++)
		manager_gpu_observed(m, &played[i].gpu);
}

static void end(void)
{
	while (!LIST_EMPTY(&m->vgpus))
		manager_vgpu_gone(m, LIST_FIRST(&m->vgpus)->observed.uuid);
	while (!LIST_EMPTY(&m->claims))
		claim_free(LIST_FIRST(&m->claims));
	manager_free(m);
}

/* "ok", the refusal, or "later". */
static const char *ask(const char *operation, const char *sub, const char *vm, const char *wishes,
		       const char *devices)
{
	static char said[1024];
	json_object *o = json_object_new_object(), *v;
	char xml[2048], *answer;
	const char *line;

	snprintf(xml, sizeof(xml), "<domain><name>%s</name>"
		 "<uuid>00000000-0000-4000-8000-0000000000%s</uuid>"
		 "<metadata><n:vgpus " NAMESPACE ">%s</n:vgpus><other/></metadata>"
		 "<devices>%s</devices></domain>", vm, vm, wishes, devices);
	json_object_object_add(o, "version", json_object_new_int(1));
	json_object_object_add(o, "operation", json_object_new_string(operation));
	json_object_object_add(o, "sub", json_object_new_string(sub));
	json_object_object_add(o, "domain", json_object_new_string(vm));
	json_object_object_add(o, "xml", json_object_new_string(xml));
	line = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
	told = (struct outcome){ 0 };
	later = NULL;
	answer = hook_answer(m, line, strlen(line), outcome_set, &told, &later);
	json_object_put(o);
	if (!answer)
		return later ? "later" : "?";
	o = json_tokener_parse(answer);
	free(answer);
	snprintf(said, sizeof(said), "%s", json_object_object_get_ex(o, "error", &v) ?
		 json_object_get_string(v) : "ok");
	if (json_object_object_get_ex(o, "map", &v))
		snprintf(answer_map, sizeof(answer_map), "%s",
			 json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	return said;
}

static const char *wait_told(void)
{
	outcome_wait(m, &told);
	if (!told.ended)
		return "never";
	return told.err ? told.text : "ok";
}

static const char *prepare(const char *vm, const char *wishes, const char *devices)
{
	const char *now = ask("prepare", "begin", vm, wishes, devices);

	return strcmp(now, "later") ? now : wait_told();
}

static const char *release(const char *vm, const char *wishes, const char *devices)
{
	const char *now = ask("release", "end", vm, wishes, devices);

	return strcmp(now, "later") ? now : wait_told();
}

static void run(void)
{
	for (int i = 0; i < 500 && (settle(m), !TAILQ_EMPTY(&m->queue)); i++)
		if (sd_event_run(m->event, 10000) < 0)
			abort();
}

static void auto_is_made_claimed_and_deleted(void)
{
	begin();
	CHECK_STR(prepare("11", WISH(U1, TYPE) WISH(U2, TYPE), MDEV(U1) MDEV(U2)), "ok");
	CHECK(vgpu_find(&m->vgpus, U1) && vgpu_find(&m->vgpus, U2));
	CHECK_STR(vgpu_find(&m->vgpus, U1)->owner, "auto");
	CHECK(claim_of_vgpu(&m->claims, U1) && claim_of_vgpu(&m->claims, U2));
	CHECK_STR(release("11", WISH(U1, TYPE) WISH(U2, TYPE), MDEV(U1) MDEV(U2)), "ok");
	CHECK(LIST_EMPTY(&m->vgpus) && LIST_EMPTY(&m->claims));
	end();
}

static void auto_is_only_for_devices_of_the_domain(void)
{
	begin();
	CHECK_STR(prepare("11", WISH(U1, TYPE), ""), "ok");
	CHECK_STR(prepare("11", "", MDEV(U2)), "vm 11 asks for vgpu " U2 ", which does not exist");
	CHECK_STR(played_calls, "");
	end();
}

static void auto_that_is_refused_leaves_nothing(void)
{
	begin();
	CHECK_STR(prepare("11", WISH(U1, TYPE) WISH(U2, "A40-999Q"), MDEV(U1) MDEV(U2)),
		  "no gpu offers type A40-999Q");
	CHECK(LIST_EMPTY(&m->vgpus) && LIST_EMPTY(&m->claims));
	CHECK_STR(release("11", "", ""), "ok");
	end();
}

/* I6: what was made for the check goes again. */
static void auto_beside_a_whole_gpu_is_refused(void)
{
	begin();
	CHECK_STR(prepare("11", WISH(U1, TYPE), MDEV(U1) PCI),
		  "vm 11 asks for gpu " B " (passthrough) and vgpu " U1 ": one kind per vm");
	CHECK(LIST_EMPTY(&m->vgpus) && LIST_EMPTY(&m->claims));
	end();
}

/* libvirt runs release for a start that was refused, with the device of another domain in it. */
static void auto_outlives_the_refused_start_of_another(void)
{
	begin();
	CHECK_STR(prepare("11", WISH(U1, TYPE), MDEV(U1)), "ok");
	CHECK_STR(prepare("22", WISH(U1, TYPE), MDEV(U1)),
		  "vgpu " U1 " is claimed by vm 11, vm 22 cannot have it");
	CHECK_STR(release("22", WISH(U1, TYPE), MDEV(U1)), "ok");
	CHECK(vgpu_find(&m->vgpus, U1) && claim_of_vgpu(&m->claims, U1));
	end();
}

/* I10 */
static void auto_never_deletes_what_others_made(void)
{
	const struct nvmux_vgpu vgpu = { .uuid = U1, .gpu = A, .type = TYPE,
					 .state = NVMUX_VGPU_STATE_PUBLISHED };

	begin();
	manager_vgpu_observed(m, &vgpu);
	CHECK_STR(vgpu_find(&m->vgpus, U1)->owner, "foreign");
	CHECK_STR(prepare("11", WISH(U1, TYPE), MDEV(U1)), "ok");
	CHECK_STR(release("11", WISH(U1, TYPE), MDEV(U1)), "ok");
	CHECK(vgpu_find(&m->vgpus, U1) && LIST_EMPTY(&m->claims));
	end();
}

/* The hook has waited long enough: what comes too late is not kept. */
static void auto_for_a_hook_that_has_gone_is_deleted(void)
{
	begin();
	CHECK_STR(ask("prepare", "begin", "11", WISH(U1, TYPE), MDEV(U1)), "later");
	auto_cancel(later);
	run();
	CHECK(!told.ended);
	CHECK_STR(played_calls, A " vgpu; ");
	CHECK(LIST_EMPTY(&m->vgpus) && LIST_EMPTY(&m->claims));
	end();
}

static void auto_of_a_vm_that_is_released_meanwhile_is_deleted(void)
{
	begin();
	CHECK_STR(ask("prepare", "begin", "11", WISH(U1, TYPE), MDEV(U1)), "later");
	auto_cancel_vm(m, "11", NULL);
	CHECK(told.ended && told.err == -ECANCELED);
	run();
	CHECK(LIST_EMPTY(&m->vgpus) && LIST_EMPTY(&m->claims));
	end();
}

/* The daemon was killed after it had made it, before there was a claim. */
static void auto_without_a_vm_is_pruned(void)
{
	struct nvmux_vgpu vgpu = { .uuid = U1, .gpu = A, .type = TYPE };

	begin();
	CHECK_INT(owner_record(U1, OWNER_AUTO), 0);
	vgpu.state = NVMUX_VGPU_STATE_OPEN;
	manager_vgpu_observed(m, &vgpu);
	auto_prune(m);
	run();
	CHECK(vgpu_find(&m->vgpus, U1));
	vgpu.state = NVMUX_VGPU_STATE_PUBLISHED;
	manager_vgpu_observed(m, &vgpu);
	auto_prune(m);
	run();
	CHECK(LIST_EMPTY(&m->vgpus));
	end();
}

/* Nothing is left: no vGPU, claim, record or descriptor; the leak checkers look at the memory. */
static void auto_many_times_leaves_nothing(void)
{
	char *records = path_run("vgpus"), *claims = path_run("claims");
	size_t fds = 0;

	begin();
	for (int i = 0; i < 200; i++) {
		played_calls[0] = '\0';
		CHECK_STR(prepare("11", WISH(U1, TYPE) WISH(U2, TYPE), MDEV(U1) MDEV(U2)), "ok");
		CHECK_STR(release("11", "", ""), "ok");
		played[0].gpu.vgpu_count = 0;
		if (!i)
			fds = root_entries("/proc/self/fd");
	}
	CHECK(LIST_EMPTY(&m->vgpus) && LIST_EMPTY(&m->claims) && TAILQ_EMPTY(&m->queue));
	CHECK_INT(root_entries("/proc/self/fd"), fds);
	CHECK_INT(root_entries(records), 0);
	CHECK_INT(root_entries(claims), 0);
	free(records);
	free(claims);
	end();
}

static void auto_ends_with_the_daemon(void)
{
	begin();
	CHECK_STR(ask("prepare", "begin", "11", WISH(U1, TYPE), MDEV(U1)), "later");
	manager_free(m);
	CHECK(told.ended);
	CHECK_INT(told.err, -ESHUTDOWN);
}

/* The map of the answer to an incoming migration, or the answer. */
static const char *migrate(const char *vm, const char *wishes, const char *devices)
{
	answer_map[0] = '\0';
	return strcmp(ask("migrate", "begin", vm, wishes, devices), "ok") ? "refused" : answer_map;
}

static struct vgpu *appear(const char *uuid, uint32_t state)
{
	struct nvmux_vgpu vgpu = { .gpu = A, .type = TYPE, .state = state };

	snprintf(vgpu.uuid, sizeof(vgpu.uuid), "%s", uuid);
	manager_vgpu_observed(m, &vgpu);
	return vgpu_find(&m->vgpus, uuid);
}

static void define(const char *uuid, const char *vm)
{
	struct definition d = { .type = TYPE, .owner = OWNER_NVMUX };

	snprintf(d.uuid, sizeof(d.uuid), "%s", uuid);
	snprintf(d.vm, sizeof(d.vm), "%s", vm);
	if (definition_keep(&m->definitions, &d))
		abort();
}

/* Here the VM finds what is defined for it, in place of what it had there; nobody else's. */
static void migrant_gets_what_is_defined_for_it(void)
{
	begin();
	define(U2, "11");
	define(U3, "12");
	CHECK_STR(migrate("11", "", MDEV(U1)), "");
	appear(U3, NVMUX_VGPU_STATE_PUBLISHED);
	CHECK_STR(migrate("11", "", MDEV(U1)), "");
	appear(U2, NVMUX_VGPU_STATE_PUBLISHED);
	CHECK_STR(migrate("11", "", MDEV(U1)), "{\"" U1 "\":\"" U2 "\"}");
	CHECK_STR(migrate("11", "", MDEV(U2)), "");
	/* one for the first, none is left for the second */
	CHECK_STR(migrate("11", "", MDEV(U1) MDEV(U4)), "{\"" U1 "\":\"" U2 "\"}");
	CHECK_STR(prepare("11", "", MDEV(U2)), "ok");
	CHECK_STR(migrate("12", "", MDEV(U2)), "{\"" U2 "\":\"" U3 "\"}");
	appear(U3, NVMUX_VGPU_STATE_OPEN);
	CHECK_STR(migrate("12", "", MDEV(U2)), "");
	definition_list_clear(&m->definitions);
	end();
}

/* Prepare makes it under its UUID, but for one that somebody else has: then under a new one. */
static void migrant_keeps_what_is_made_for_it(void)
{
	char there[256], here[64];

	begin();
	CHECK_STR(migrate("11", WISH(U1, TYPE), MDEV(U1)), "");
	appear(U1, NVMUX_VGPU_STATE_PUBLISHED);
	CHECK_STR(migrate("11", WISH(U1, TYPE), MDEV(U1)), "");
	appear(U1, NVMUX_VGPU_STATE_OPEN);
	snprintf(there, sizeof(there), "%s", migrate("11", WISH(U1, TYPE), MDEV(U1)));
	CHECK_INT(sscanf(there, "{\"" U1 "\":\"%36[0-9a-f-]\"}", here), 1);
	CHECK(strcmp(here, U1) != 0);
	end();
}

/* What mdevctl has made of another driver is not looked for here. */
static void migrant_keeps_what_is_not_ours(void)
{
	begin();
	define(U2, "11");
	appear(U2, NVMUX_VGPU_STATE_PUBLISHED);
	root_write("sys/bus/mdev/devices/" U3 "/mdev_type", "");
	CHECK_STR(migrate("11", "", MDEV(U3)), "");
	CHECK_STR(migrate("11", "", "<hostdev"), "");
	definition_list_clear(&m->definitions);
	end();
}

int main(void)
{
	root_make();
	RUN(auto_is_made_claimed_and_deleted);
	RUN(auto_is_only_for_devices_of_the_domain);
	RUN(auto_that_is_refused_leaves_nothing);
	RUN(auto_beside_a_whole_gpu_is_refused);
	RUN(auto_outlives_the_refused_start_of_another);
	RUN(auto_never_deletes_what_others_made);
	RUN(auto_for_a_hook_that_has_gone_is_deleted);
	RUN(auto_of_a_vm_that_is_released_meanwhile_is_deleted);
	RUN(auto_without_a_vm_is_pruned);
	RUN(auto_many_times_leaves_nothing);
	RUN(auto_ends_with_the_daemon);
	RUN(migrant_gets_what_is_defined_for_it);
	RUN(migrant_keeps_what_is_made_for_it);
	RUN(migrant_keeps_what_is_not_ours);
	return tap_end();
}
