// SPDX-License-Identifier: GPL-2.0-only
/*
 * The claims that the daemon knows.
 */
#include <stdlib.h>
#include <string.h>

#include "claim.h"

struct claim *claim_new(struct claim_list *list, const char *name, const char *uuid)
{
	struct claim *claim = calloc(1, sizeof(*claim));

	if (!claim)
		return NULL;
	claim->name = strdup(name);
	claim->uuid = strdup(uuid);
	if (!claim->name || !claim->uuid) {
		free(claim->name);
		free(claim->uuid);
		free(claim);
		return NULL;
	}
	LIST_INSERT_HEAD(list, claim, link);
	return claim;
}

void claim_free(struct claim *claim)
{
	if (!claim)
		return;
	LIST_REMOVE(claim, link);
	strset_clear(&claim->gpus);
	strset_clear(&claim->vgpus);
	free(claim->name);
	free(claim->uuid);
	free(claim);
}

void claim_list_clear(struct claim_list *list)
{
	while (!LIST_EMPTY(list))
		claim_free(LIST_FIRST(list));
}

struct claim *claim_find(const struct claim_list *list, const char *uuid)
{
	struct claim *claim;

	LIST_FOREACH(claim, list, link)
		if (strcmp(claim->uuid, uuid) == 0)
			return claim;
	return NULL;
}

struct claim *claim_find_name(const struct claim_list *list, const char *name)
{
	struct claim *claim;

	LIST_FOREACH(claim, list, link)
		if (strcmp(claim->name, name) == 0)
			return claim;
	return NULL;
}

struct claim *claim_of_gpu(const struct claim_list *list, const char *bdf)
{
	struct claim *claim;

	LIST_FOREACH(claim, list, link)
		if (strset_has(&claim->gpus, bdf))
			return claim;
	return NULL;
}

struct claim *claim_of_vgpu(const struct claim_list *list, const char *uuid)
{
	struct claim *claim;

	LIST_FOREACH(claim, list, link)
		if (strset_has(&claim->vgpus, uuid))
			return claim;
	return NULL;
}
