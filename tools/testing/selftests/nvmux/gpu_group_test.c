// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who else is concerned: strangers in the IOMMU group, twins in it, and the console of the host.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

static const struct board twins[] = {
	{ .model = "a30", .bus = 1, .group = "7" },
	{ .model = "a30", .bus = 2, .group = "7" },
};

static const struct board beside_nic = { .model = "v100", .bus = 3, .group = "8" };
static const struct board nic = { .model = "nic", .bus = 4, .group = "8" };
static const struct board display = { .model = "rtxa6000", .bus = 5, .companions = "audio" };

FIXTURE(group)
{
	struct nl_sock sock;
	char before[PICTURE_SIZE];
	char after[PICTURE_SIZE];
};

FIXTURE_SETUP(group)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
}

FIXTURE_TEARDOWN(group)
{
	board_del(&twins[0]);
	board_del(&twins[1]);
	board_del(&beside_nic);
	board_del(&nic);
	board_del(&display);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

#define EXPECT_STRANGER(board, stranger)					\
	do {									\
		picture_take(&self->sock, board_bdf(board, 0), self->before);	\
		EXPECT_EQ(-EOPNOTSUPP, gpu_set(&self->sock, board_bdf(board, 0), \
					       NVMUX_MODE_PASSTHROUGH, 0));	\
		EXPECT_STREQ(sim_text("gpu %s shares its iommu group with %s",	\
				      board_bdf(board, 0), board_bdf(stranger, 0)), \
			     self->sock.text);					\
		picture_take(&self->sock, board_bdf(board, 0), self->after);	\
		EXPECT_STREQ(self->before, self->after);			\
	} while (0)

TEST_F(group, twin_is_named_and_left_alone)
{
	if (board_add(&twins[0]))
		SKIP(return, "more boards need the simulator");
	ASSERT_EQ(0, board_add(&twins[1]));
	EXPECT_STRANGER(&twins[0], &twins[1]);
	EXPECT_STRANGER(&twins[1], &twins[0]);
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&twins[0], 0), NVMUX_MODE_VGPU));
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, board_bdf(&twins[1], 0)));
	EXPECT_STREQ("", file_link(PCI_DEVICES "/%s/driver", board_bdf(&twins[1], 0)));
	EXPECT_STRANGER(&twins[0], &twins[1]);
}

TEST_F(group, foreign_function_is_named)
{
	struct nl_object gpu;

	if (board_add(&beside_nic))
		SKIP(return, "more boards need the simulator");
	ASSERT_EQ(0, board_add(&nic));
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, board_bdf(&nic, 0), &gpu));
	EXPECT_STRANGER(&beside_nic, &nic);
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&beside_nic, 0), NVMUX_MODE_VGPU));
	EXPECT_STRANGER(&beside_nic, &nic);
}

/* Firmware leaves the display that it has used switched on. */
TEST_F(group, console_stays_unless_told)
{
	const char *gpu = board_bdf(&display, 0);
	struct nl_object object;

	if (board_add(&display))
		SKIP(return, "more boards need the simulator");
	if (strcmp(file_line(PCI_DEVICES "/%s/boot_vga", gpu), "1"))
		SKIP(return, "the host has another console");
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_HOST));
	ASSERT_EQ(0, file_write("1", PCI_DEVICES "/%s/enable", gpu));
	picture_take(&self->sock, gpu, self->before);
	EXPECT_EQ(-EBUSY, gpu_set(&self->sock, gpu, NVMUX_MODE_PASSTHROUGH,
				  NVMUX_SET_FLAGS_DETACH));
	EXPECT_STREQ(sim_text("gpu %s shows the console of the host", gpu), self->sock.text);
	picture_take(&self->sock, gpu, self->after);
	EXPECT_STREQ(self->before, self->after);
	EXPECT_EQ(0, gpu_set(&self->sock, gpu, NVMUX_MODE_PASSTHROUGH,
			     NVMUX_SET_FLAGS_CONSOLE | NVMUX_SET_FLAGS_NO_SCRUB));
	EXPECT_EQ(0, gpu_settle(&self->sock, gpu, &object));
	EXPECT_EQ(NVMUX_MODE_PASSTHROUGH, nl_u32(&object, NVMUX_A_GPU_MODE));
}

TEST_HARNESS_MAIN
