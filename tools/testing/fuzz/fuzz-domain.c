// SPDX-License-Identifier: GPL-2.0-only
/* The XML of a libvirt domain, as hook and daemon read it. */
#include "basic/domain.h"
#include "basic/uuid.h"
#include "fuzz.h"

static void check_list(char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert(list[i]);
	assert(!list[n]);
}

static void check_domain(const struct domain *d)
{
	char uuid[UUID_TEXT_SIZE];

	assert(d->name && d->uuid);
	assert(!d->uuid[0] || (!uuid_normalise(d->uuid, uuid) && !strcmp(uuid, d->uuid)));
	check_list(d->mdevs, d->n_mdevs);
	check_list(d->pcis, d->n_pcis);
	for (size_t i = 0; i < d->n_vgpus; i++)
		assert(d->vgpus[i].uuid && d->vgpus[i].type && !strchr(d->vgpus[i].uuid, '/'));
	for (size_t i = 0; i < d->n_pcis; i++)
		assert(!strchr(d->pcis[i], '/'));
}

FUZZ_ROOT("x")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(domain_freep) struct domain *d = NULL;
	_cleanup_free_ char *exact = malloc(size ? size : 1);

	memcpy(exact, data, size);	/* need not be terminated */
	if (!domain_parse(exact, size, &d))
		check_domain(d);
	else
		assert(!d);
	return 0;
}
