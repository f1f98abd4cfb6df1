// SPDX-License-Identifier: GPL-2.0-only
/* An empty file per GPU. */
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "action.h"
#include "unclean.h"

bool unclean_may_be(const struct gpu *gpu)
{
	return gpu->manager->config.scrub != SCRUB_OFF &&
	       gpu->observed.mode == NVMUX_MODE_PASSTHROUGH;
}

void unclean_mark(struct gpu *gpu)
{
	_cleanup_free_ char *path = path_run("unclean/%s", gpu->observed.bdf);
	int err;

	if (!unclean_may_be(gpu))
		return;
	err = path ? file_keep(path, "") : -ENOMEM;
	if (err)
		log_error("that gpu %s has to be cleaned cannot be kept: %s", gpu->observed.bdf,
			  strerror(-err));
}

void unclean_clear(const char *bdf)
{
	_cleanup_free_ char *path = path_run("unclean/%s", bdf);
	int err = path ? file_remove(path) : -ENOMEM;

	if (err)
		log_warning("that gpu %s had to be cleaned is not forgotten: %s", bdf, strerror(-err));
}

bool unclean_is(const struct gpu *gpu)
{
	_cleanup_free_ char *path = path_run("unclean/%s", gpu->observed.bdf);

	return unclean_may_be(gpu) && path && file_exists(path);
}

void unclean_kick(struct manager *m)
{
	struct gpu *gpu;

	LIST_FOREACH(gpu, &m->gpus, link)
		if (unclean_is(gpu))
			action_scrub_after(gpu);
}
