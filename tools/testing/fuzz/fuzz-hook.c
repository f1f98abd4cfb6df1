// SPDX-License-Identifier: GPL-2.0-only
/*
 * The socket of the hook: requests of up to four clients, cut in pieces, on a
 * made-up host. Afterwards each claim is of a VM with a name, and no vGPU is
 * claimed twice.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "daemon/hook.h"
#include "fuzz.h"
#include "tests/played-kernel.h"

#define BDF "0001:81:00.0"
#define CLIENTS 4

static int connect_client(struct manager *m)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/run/nvmux/hook.sock",
		       root_dir);
	assert(fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)));
	settle(m);
	return fd;
}

/* A byte of the input says to whom the next piece goes; 0xff is the end of all pieces of one. */
static void talk(struct manager *m, const uint8_t *data, size_t size)
{
	int fds[CLIENTS];
	size_t n;

	for (int i = 0; i < CLIENTS; i++)
		fds[i] = connect_client(m);
	for (; size > 1; data += n, size -= n) {
		const uint8_t *end = memchr(data + 1, 0xff, size - 1);

		n = end ? (size_t)(end + 1 - data) : size;
		(void)send(fds[data[0] % CLIENTS], data + 1, n - 1 - !!end, MSG_NOSIGNAL);
		settle(m);
	}
	for (int i = 0; i < CLIENTS; i++)
		close(fds[i]);
	for (int i = 0; i < 200 && (settle(m), !TAILQ_EMPTY(&m->queue)); i++)
		assert(sd_event_run(m->event, 10000) >= 0);
}

static void check_claims(struct manager *m)
{
	struct claim *claim;

	LIST_FOREACH(claim, &m->claims, link)
		for (size_t i = 0; i < claim->vgpus.n; i++)
			assert(claim_of_vgpu(&m->claims, claim->vgpus.items[i]) == claim);
}

FUZZ_ROOT("sys/bus/pci/devices/" BDF "/mdev_supported_types/nvmux-" TYPE "/create")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manager *m = played_manager();

	manager_gpu_observed(m, &played_add(BDF, NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE)->gpu);
	assert(!hook_start(m));
	talk(m, data, size);
	check_claims(m);
	hook_stop(m);
	manager_free(m);
	return 0;
}
