// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: what the kernel tells, and how it refuses. The first byte chooses
 * the command, the rest are the attributes.
 */
#include <netlink/genl/genl.h>

#include "fuzz.h"
#include "lib/info.h"
#include "lib/nl.h"

union told {
	struct nvmux_gpu gpu;
	struct nvmux_type type;
	struct nvmux_vgpu vgpu;
	uint32_t placement;
};

static void read_news(struct nlmsghdr *nlh)
{
	union told told;

	if (!info_gpu(nlh, &told.gpu))
		assert(fuzz_is_utf8(nvmux_mode_str(told.gpu.mode)) && strlen(told.gpu.bdf));
	if (!info_type(nlh, &told.type))
		assert(strlen(told.type.name) < sizeof(told.type.name));
	if (!info_vgpu(nlh, &told.vgpu))
		assert(strlen(told.vgpu.uuid) && fuzz_is_utf8(told.vgpu.comm));
	(void)info_new_gi(nlh, &told.placement);
}

static void read_refusal(const struct nlmsghdr *nlh)
{
	struct nvnl_result result = { .pending = true };

	nvnl_refused(&result, nlh);
	assert(memchr(result.text, '\0', sizeof(result.text)));
	nvnl_done(&result, nlh);
	assert(memchr(result.text, '\0', sizeof(result.text)));
}

static void read_as(uint8_t kind, const uint8_t *data, size_t size)
{
	const size_t len = NLMSG_HDRLEN + GENL_HDRLEN + size;
	struct nlmsghdr *nlh = calloc(1, len);
	struct genlmsghdr *head = nlmsg_data(nlh);

	*nlh = (struct nlmsghdr){ .nlmsg_len = (uint32_t)len, .nlmsg_type = 30 };
	*head = (struct genlmsghdr){ .cmd = kind, .version = NVMUX_FAMILY_VERSION };
	memcpy((char *)head + GENL_HDRLEN, data, size);
	read_news(nlh);
	nlh->nlmsg_flags = NLM_F_ACK_TLVS | (kind & 1 ? NLM_F_CAPPED : 0);
	memcpy(head, data, size);
	read_refusal(nlh);
	free(nlh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size)
		read_as(data[0], data + 1, size - 1);
	return 0;
}
