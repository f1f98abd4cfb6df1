// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The context: one socket, and what the kernel said last.
 */
#include <errno.h>
#include <stdlib.h>

#include "nl.h"

int nvmux_open(struct nvmux **ret)
{
	struct nvmux *nvmux = calloc(1, sizeof(*nvmux));
	int err;

	if (!nvmux)
		return -ENOMEM;
	err = nvnl_connect(&nvmux->sock, &nvmux->family);
	if (err) {
		free(nvmux);
		return err;
	}
	*ret = nvmux;
	return 0;
}

void nvmux_close(struct nvmux *nvmux)
{
	if (!nvmux)
		return;
	nl_socket_free(nvmux->sock);
	free(nvmux);
}

const char *nvmux_error_text(const struct nvmux *nvmux)
{
	return nvmux->last.text;
}

int nvmux_error_attr(const struct nvmux *nvmux)
{
	return nvmux->last.attr;
}
