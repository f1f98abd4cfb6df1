// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux vm: assign, unassign. Puts a vGPU or a whole GPU into a domain of
 * libvirt that is shut off. The rule that a VM has one kind is that of the
 * daemon, which checks each start; here it is told early.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/uuid.h"
#include "cli/edit.h"
#include "cli/libvirt.h"
#include "cli/session.h"
#include "cli/verbs.h"

DEFINE_CLEANUP(struct edit *, edit_free)

/* What is to be done to which domain. */
struct job {
	const char *vm;
	const struct world *world;
	const char *uuid;	/* of a vGPU, or NULL */
	const char *type;
	const char *gpu;	/* a whole GPU, or where the vGPU shall be; or NULL */
	bool remove;
};

static int complain_edit(struct complaint *c, const struct job *job, int err)
{
	const char *what = job->uuid ? job->uuid : job->gpu;

	switch (-err) {
	case EEXIST:
		return complain(c, CODE_FAILED, "vm %s has %s already", job->vm, what);
	case ENOENT:
		return complain(c, CODE_NOT_FOUND, "vm %s has no %s", job->vm, what);
	case EINVAL:
		return complain(c, CODE_FAILED, "the description of vm %s cannot be read", job->vm);
	default:
		return complain(c, CODE_FAILED, "out of memory");
	}
}

/* I6 */
static int check_kinds(const struct job *job, const struct edit *e, struct complaint *c)
{
	if (!job->uuid && edit_has_vgpu(e))
		return complain(c, CODE_POLICY, "vm %s has a vgpu, it cannot have gpu %s as well: one "
				"kind per vm", job->vm, job->gpu);
	for (size_t i = 0; job->uuid && i < job->world->gpus.n; i++) {
		const struct gpu *gpu = records_get(&gpu_noun, &job->world->gpus, i);

		if (gpu->address && edit_has_gpu(e, gpu->address))
			return complain(c, CODE_POLICY, "vm %s has gpu %s, it cannot have a vgpu as well: "
					"one kind per vm", job->vm, gpu->address);
	}
	return CODE_OK;
}

static int do_edit(const struct job *job, struct edit *e)
{
	if (job->remove)
		return job->uuid ? edit_remove_vgpu(e, job->uuid) : edit_remove_gpu(e, job->gpu);
	return job->uuid ? edit_add_vgpu(e, job->uuid, job->type, job->gpu) :
			   edit_add_gpu(e, job->gpu);
}

static int change(void *userdata, const char *xml, char **ret, struct complaint *c)
{
	_cleanup_(edit_freep) struct edit *e = NULL;
	const struct job *job = userdata;
	int err = edit_new(xml, &e), code = CODE_OK;

	if (!err && !job->remove)
		code = check_kinds(job, e, c);
	if (code)
		return code;
	if (!err)
		err = do_edit(job, e);
	if (!err) {
		*ret = edit_text(e);
		err = *ret ? 0 : -ENOMEM;
	}
	return err ? complain_edit(c, job, err) : CODE_OK;
}

static int run(struct job *job)
{
	struct complaint c;

	return libvirt_edit(getenv("NVMUX_LIBVIRT"), job->vm, change, job, &c) ?
	       fail_complaint(&c) : CODE_OK;
}

/* The GPU that --gpu means, as the host writes it. */
static int find_gpu(struct session *s, const char *word, const char **ret)
{
	const struct gpu *gpu;
	int code;

	code = world_find_gpu(&s->world, word, &gpu);
	if (!code)
		*ret = gpu->address;
	return code;
}

int cmd_vm_assign(const struct args *a)
{
	struct job job = { .vm = a->words[0], .type = a->type };
	_cleanup_session_ struct session s = {};
	char uuid[UUID_TEXT_SIZE];
	int code;

	if (!a->type && !a->gpu)
		return fail_usage("vm assign needs --type for a vGPU, or --gpu for a whole GPU");
	code = a->gpu ? check_gpu(a->gpu) : CODE_OK;
	if (!code)
		code = session_open(&s);
	if (!code && a->gpu)
		code = find_gpu(&s, a->gpu, &job.gpu);
	if (code)
		return code;
	job.world = &s.world;
	if (a->type) {
		if (uuid_random(uuid))
			return fail(CODE_FAILED, "no UUID can be made");
		job.uuid = uuid;
	}
	code = run(&job);
	if (!code && job.uuid)
		fprintf(a->output.file, "%s\n", uuid);
	return code;
}

/* Asks nobody but libvirt: a GPU that has gone is taken out as well. */
int cmd_vm_unassign(const struct args *a)
{
	struct job job = { .vm = a->words[0], .uuid = a->uuid, .gpu = a->gpu, .remove = true };
	int code;

	if (!a->uuid == !a->gpu)
		return fail_usage("vm unassign needs --uuid of a vGPU or --gpu of a whole GPU");
	code = a->gpu ? check_gpu(a->gpu) : CODE_OK;
	return code ? code : run(&job);
}
