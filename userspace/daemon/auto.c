// SPDX-License-Identifier: GPL-2.0-only
/*
 * One job per hook that waits:
 *
 *   prepare:  making -> all made -> admitted and claimed -> told yes
 *                |          `-> refused -+
 *                `-> one failed, or nobody waits -> deleting -> told no
 *   release:  claim dropped -> deleting -> told
 *
 * libvirt's hook waits two seconds. When it has gone, the job ends as if it
 * had been refused, so that no vGPU is left without a VM.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "action.h"
#include "auto.h"
#include "tenant.h"

struct auto_job {
	LIST_ENTRY(auto_job) link;
	struct manager *manager;
	struct domain *domain;		/* NULL: a release */
	hook_told_t told;		/* NULL: nobody waits */
	void *userdata;
	struct strset vgpus;		/* that were made, or are to be deleted */
	size_t running;			/* actions that have not ended */
	int err;
	char text[REQUEST_TEXT_SIZE];
};

static LIST_HEAD(, auto_job) jobs = LIST_HEAD_INITIALIZER(jobs);

static struct auto_job *job_new(struct manager *m, hook_told_t told, void *userdata)
{
	struct auto_job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->manager = m;
	job->told = told;
	job->userdata = userdata;
	LIST_INSERT_HEAD(&jobs, job, link);
	return job;
}

static void job_free(struct auto_job *job)
{
	LIST_REMOVE(job, link);
	domain_free(job->domain);
	strset_clear(&job->vgpus);
	free(job);
}

static void job_end(struct auto_job *job)
{
	if (job->told)
		job->told(job->userdata, job->err, job->text);
	job_free(job);
}

static void on_deleted(void *userdata, int err, const char *text)
{
	struct auto_job *job = userdata;

	if (err && err != -ENODEV && err != -ENOENT)
		log_warning("a vgpu stays that was made for a vm: %s", text);
	if (!--job->running)
		job_end(job);
}

/*
 * Only what is ours to delete (I10). Return: something runs, so the job ends
 * later; nothing ends before this returns.
 */
static bool job_delete(struct auto_job *job)
{
	for (size_t i = 0; i < job->vgpus.n; i++) {
		struct vgpu *vgpu = vgpu_find(&job->manager->vgpus, job->vgpus.items[i]);

		if (vgpu && strcmp(vgpu->owner, OWNER_AUTO) == 0 &&
		    !action_delete_vgpu(vgpu, on_deleted, job))
			job->running++;
	}
	return job->running > 0;
}

static void job_made(struct auto_job *job)
{
	if (!job->told && !job->err)
		job->err = -ECANCELED;
	if (!job->err)
		job->err = tenant_prepare(job->manager, job->domain, job->text, sizeof(job->text));
	if (!job->err) {
		job_end(job);
		return;
	}
	log_notice("vm %s is refused: %s", job->domain->name, job->text);
	if (!job_delete(job))
		job_end(job);
}

/* One vGPU that a job has made. */
struct making {
	struct auto_job *job;
	char uuid[NVMUX_UUID_SIZE];
};

static void on_made(void *userdata, int err, const char *text)
{
	struct making *making = userdata;
	struct auto_job *job = making->job;

	if (!err)
		err = strset_add(&job->vgpus, making->uuid);
	if (err && !job->err) {
		job->err = err;
		(void)snprintf(job->text, sizeof(job->text), "%s", text);
	}
	free(making);
	if (!--job->running)
		job_made(job);
}

static bool exists(struct manager *m, const char *uuid)
{
	_cleanup_free_ char *path = path_sys("bus/mdev/devices/%s", uuid);

	return vgpu_find(&m->vgpus, uuid) || !path || file_exists(path);
}

/* A device of the domain, not a wish that nothing uses. */
static bool is_missing(struct manager *m, const struct domain *domain,
		       const struct domain_vgpu *vgpu)
{
	for (size_t i = 0; i < domain->n_mdevs; i++)
		if (strcmp(domain->mdevs[i], vgpu->uuid) == 0)
			return !exists(m, vgpu->uuid);
	return false;
}

bool auto_is_needed(struct manager *m, const struct domain *domain)
{
	for (size_t i = 0; i < domain->n_vgpus; i++)
		if (is_missing(m, domain, &domain->vgpus[i]))
			return true;
	return false;
}

static int read_order(const struct domain_vgpu *vgpu, struct vgpu_order *order)
{
	*order = (struct vgpu_order){ .numa_node = ASSIGN_ANY_NODE, .owner = OWNER_AUTO };
	if ((size_t)snprintf(order->type, sizeof(order->type), "%s", vgpu->type) >=
	    sizeof(order->type) ||
	    (size_t)snprintf(order->gpu, sizeof(order->gpu), "%s", vgpu->gpu ? vgpu->gpu : "") >=
	    sizeof(order->gpu))
		return -ENAMETOOLONG;
	(void)snprintf(order->uuid, sizeof(order->uuid), "%s", vgpu->uuid);
	return 0;
}

static int make(struct auto_job *job, const struct domain_vgpu *vgpu)
{
	struct making *making = calloc(1, sizeof(*making));
	struct vgpu_order order;
	int err = making ? read_order(vgpu, &order) : -ENOMEM;

	if (!err) {
		making->job = job;
		memcpy(making->uuid, order.uuid, sizeof(making->uuid));
		err = action_create_vgpu(job->manager, &order, on_made, making);
	}
	if (err)
		free(making);
	else
		job->running++;
	return err;
}

int auto_prepare(struct manager *m, struct domain *domain, hook_told_t told, void *userdata,
		 struct auto_job **later, char *text, size_t size)
{
	struct auto_job *job = job_new(m, told, userdata);
	int err = 0;

	if (!job) {
		domain_free(domain);
		return -ENOMEM;
	}
	job->domain = domain;
	for (size_t i = 0; i < domain->n_vgpus && !err; i++)
		if (is_missing(m, domain, &domain->vgpus[i]))
			err = make(job, &domain->vgpus[i]);
	if (!err || job->running) {
		job->err = err;
		*later = job;
		return 0;
	}
	(void)snprintf(text, size, "the vgpus of vm %s cannot be made: %s", domain->name,
		       strerror(-err));
	job_free(job);
	return err;
}

static const struct claim *find_claim(struct manager *m, const char *name, const char *uuid)
{
	return uuid && uuid[0] ? claim_find(&m->claims, uuid) : claim_find_name(&m->claims, name);
}

int auto_release(struct manager *m, const char *name, const char *uuid, hook_told_t told,
		 void *userdata, struct auto_job **later)
{
	const struct claim *claim = find_claim(m, name, uuid);
	struct strset vgpus = { 0 };
	struct auto_job *job;

	if (claim && strset_add_all(&vgpus, &claim->vgpus))
		log_warning("no memory to delete the vgpus of vm %s", name);
	tenant_release(m, name, uuid);
	job = vgpus.n && !find_claim(m, name, uuid) ? job_new(m, told, userdata) : NULL;
	if (!job) {
		strset_clear(&vgpus);
		return 0;
	}
	job->vgpus = vgpus;
	if (job_delete(job))
		*later = job;
	else
		job_free(job);
	return 0;
}

void auto_drop(struct manager *m, const struct strset *vgpus)
{
	struct auto_job *job = vgpus->n ? job_new(m, NULL, NULL) : NULL;

	if (!job)
		return;
	if (strset_add_all(&job->vgpus, vgpus))
		log_warning("no memory to delete vgpus");
	if (!job_delete(job))
		job_free(job);
}

void auto_prune(struct manager *m)
{
	struct strset orphans = { 0 };
	struct vgpu *vgpu;

	LIST_FOREACH(vgpu, &m->vgpus, link)
		if (strcmp(vgpu->owner, OWNER_AUTO) == 0 &&
		    vgpu->observed.state != NVMUX_VGPU_STATE_OPEN &&
		    !claim_of_vgpu(&m->claims, vgpu->observed.uuid))
			(void)strset_add(&orphans, vgpu->observed.uuid);
	auto_drop(m, &orphans);
	strset_clear(&orphans);
}

void auto_cancel(struct auto_job *job)
{
	if (job)
		job->told = NULL;
}

const char *auto_operation(const struct auto_job *job)
{
	return job->domain ? "prepare" : "release";
}

static bool is_of(const struct auto_job *job, const char *name, const char *uuid)
{
	if (!job->domain)
		return false;
	return strcmp(job->domain->name, name) == 0 ||
	       (uuid && uuid[0] && strcmp(job->domain->uuid, uuid) == 0);
}

void auto_cancel_vm(struct manager *m, const char *name, const char *uuid)
{
	struct auto_job *job;

	LIST_FOREACH(job, &jobs, link) {
		hook_told_t told = job->told;

		if (job->manager != m || !told || !is_of(job, name, uuid))
			continue;
		job->told = NULL;
		told(job->userdata, -ECANCELED, "the vm has been given up");
	}
}
