// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of a vGPU: six MSI-X vectors by eventfd, and the request to let go.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define VECTORS 6
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER

FIXTURE(irq)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	int event[VECTORS];
};

FIXTURE_SETUP(irq)
{
	int i;

	self->dev = (struct vfio_dev)VFIO_CLOSED;
	for (i = 0; i < VECTORS; i++)
		self->event[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
}

FIXTURE_TEARDOWN(irq)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

/* How often the event has been signalled since it was last asked. */
static uint64_t count(int event)
{
	uint64_t n;

	return read(event, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

struct request {
	struct vfio_irq_set set;
	union {
		int32_t fds[VECTORS + 2];
		uint8_t bools[VECTORS + 2];
	};
};

static int set_irqs(struct vfio_dev *dev, struct request *req, uint32_t flags, uint32_t index,
		    uint32_t start, uint32_t n)
{
	req->set = (struct vfio_irq_set){ .argsz = sizeof(*req), .flags = flags, .index = index,
					  .start = start, .count = n };
	return vfio_call(dev, VFIO_DEVICE_SET_IRQS, req);
}

static int msix(struct vfio_dev *dev, struct request *req, uint32_t flags, uint32_t start,
		uint32_t n)
{
	return set_irqs(dev, req, flags, VFIO_PCI_MSIX_IRQ_INDEX, start, n);
}

static int info_get(struct vfio_dev *dev, uint32_t index, struct vfio_irq_info *info)
{
	*info = (struct vfio_irq_info){ .argsz = sizeof(*info), .index = index };
	return vfio_call(dev, VFIO_DEVICE_GET_IRQ_INFO, info);
}

TEST_F(irq, kinds)
{
	static const uint32_t counts[VFIO_PCI_NUM_IRQS] = {
		[VFIO_PCI_MSIX_IRQ_INDEX] = VECTORS,
		[VFIO_PCI_REQ_IRQ_INDEX] = 1,
	};
	struct vfio_irq_info info;
	uint32_t i;

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		ASSERT_EQ(0, info_get(&self->dev, i, &info));
		EXPECT_EQ(counts[i], info.count);
		EXPECT_EQ(!!counts[i], !!(info.flags & VFIO_IRQ_INFO_EVENTFD));
	}
}

TEST_F(irq, each_vector_signals_its_own_event)
{
	int i, other;

	for (i = 0; i < VECTORS; i++)
		ASSERT_EQ(0, vfio_msix_set(&self->dev, i, self->event[i]));
	for (i = 0; i < VECTORS; i++) {
		ASSERT_EQ(0, vfio_msix_fire(&self->dev, i));
		for (other = 0; other < VECTORS; other++)
			EXPECT_EQ(other == i, count(self->event[other]));
	}
}

TEST_F(irq, all_vectors_at_once)
{
	struct request req;
	int i;

	memcpy(req.fds, self->event, sizeof(self->event));
	ASSERT_EQ(0, msix(&self->dev, &req, VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 0, VECTORS));
	memset(req.bools, 0, sizeof(req.bools));
	req.bools[1] = 1;
	req.bools[4] = 1;
	ASSERT_EQ(0, msix(&self->dev, &req, VFIO_IRQ_SET_DATA_BOOL | TRIGGER, 0, VECTORS));
	for (i = 0; i < VECTORS; i++)
		EXPECT_EQ(i == 1 || i == 4, count(self->event[i]));
}

TEST_F(irq, vector_is_disconnected)
{
	ASSERT_EQ(0, vfio_msix_set(&self->dev, 0, self->event[0]));
	ASSERT_EQ(0, vfio_msix_set(&self->dev, 1, self->event[1]));
	ASSERT_EQ(0, vfio_msix_set(&self->dev, 0, -1));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 0));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 1));
	EXPECT_EQ(0, count(self->event[0]));
	EXPECT_EQ(1, count(self->event[1]));
	ASSERT_EQ(0, vfio_msix_off(&self->dev));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 1));
	EXPECT_EQ(0, count(self->event[1]));
}

TEST_F(irq, next_user_is_not_connected)
{
	ASSERT_EQ(0, vfio_msix_set(&self->dev, 0, self->event[0]));
	vfio_close(&self->dev);
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 0));
	EXPECT_EQ(0, count(self->event[0]));
}

/* A request that fails connects nothing and disconnects nothing. */
TEST_F(irq, bad_event_changes_nothing)
{
	struct request req;

	ASSERT_EQ(0, vfio_msix_set(&self->dev, 0, self->event[0]));
	req.fds[0] = self->event[1];
	req.fds[1] = self->event[2];
	req.fds[2] = 9999;
	EXPECT_EQ(-EBADF, msix(&self->dev, &req, VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 0, 3));
	req.fds[2] = STDERR_FILENO;
	EXPECT_GT(0, msix(&self->dev, &req, VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER, 0, 3));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 0));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 1));
	EXPECT_EQ(1, count(self->event[0]));
	EXPECT_EQ(0, count(self->event[1]) + count(self->event[2]));
}

TEST_F(irq, arguments)
{
	const uint32_t fire = VFIO_IRQ_SET_DATA_NONE | TRIGGER;
	struct request req;

	memset(&req, 0xff, sizeof(req));
	EXPECT_EQ(-EINVAL, msix(&self->dev, &req, fire, VECTORS, 1));
	EXPECT_EQ(-EINVAL, msix(&self->dev, &req, fire, 0, VECTORS + 1));
	EXPECT_EQ(-EINVAL, msix(&self->dev, &req, fire, UINT32_MAX, 2));
	EXPECT_EQ(-EINVAL, msix(&self->dev, &req, 0, 0, 1));
	EXPECT_EQ(-EINVAL, msix(&self->dev, &req, 1 << 10 | fire, 0, 1));
	EXPECT_EQ(-EINVAL, msix(&self->dev, &req, fire | VFIO_IRQ_SET_DATA_BOOL, 0, 1));
	EXPECT_EQ(-EINVAL, msix(&self->dev, &req,
				VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, 0, 1));
	EXPECT_EQ(-EINVAL, set_irqs(&self->dev, &req, fire, VFIO_PCI_INTX_IRQ_INDEX, 0, 1));
	EXPECT_EQ(-EINVAL, set_irqs(&self->dev, &req, fire, VFIO_PCI_MSI_IRQ_INDEX, 0, 1));
	EXPECT_EQ(-EINVAL, set_irqs(&self->dev, &req, fire, VFIO_PCI_NUM_IRQS, 0, 1));
}

/* Too short for what it says that it holds. */
TEST_F(irq, short_argument)
{
	struct vfio_irq_set set = { .argsz = sizeof(set), .count = 1,
				    .flags = VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER,
				    .index = VFIO_PCI_MSIX_IRQ_INDEX };

	EXPECT_EQ(-EINVAL, vfio_call(&self->dev, VFIO_DEVICE_SET_IRQS, &set));
	set.argsz = 4;
	EXPECT_EQ(-EINVAL, vfio_call(&self->dev, VFIO_DEVICE_SET_IRQS, &set));
}

/* Whoever removes the mdev device by hand waits, and the user is asked to let go. */
TEST_F(irq, user_is_asked_to_let_go)
{
	struct pollfd asked = { .fd = self->event[0], .events = POLLIN };
	struct request req = { .fds = { self->event[0] } };
	int status;
	pid_t pid;

	ASSERT_EQ(0, set_irqs(&self->dev, &req, VFIO_IRQ_SET_DATA_EVENTFD | TRIGGER,
			      VFIO_PCI_REQ_IRQ_INDEX, 0, 1));
	pid = fork();
	if (!pid) {
		vfio_close(&self->dev);
		_exit(-mdev_remove(UUID_1));
	}
	EXPECT_EQ(1, poll(&asked, 1, 10000));
	EXPECT_EQ(0, waitpid(pid, &status, WNOHANG));
	vfio_close(&self->dev);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, vgpu_state(&self->sock, UUID_1));
	EXPECT_FALSE(mdev_exists(UUID_1));
}

TEST_HARNESS_MAIN
