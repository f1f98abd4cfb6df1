// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Migration of a vGPU
 *
 * ::
 *
 *	RUNNING <--> STOP --> STOP_COPY --> STOP	the source: its stream is read
 *	RUNNING <--> PRE_COPY --> STOP_COPY		the same, begun while it runs
 *	             STOP --> RESUMING  --> STOP	the destination: a stream is written
 *	                          `-------> ERROR	the stream was not good; a reset ends it
 *
 * A vGPU that is stopped counts nothing and raises nothing. A destination begins with empty memory
 * and registers as after a reset. The source is as it was whatever became of its stream.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>

#include "vfio.h"
#include "vfio_bar1.h"
#include "vfio_migrate.h"
#include "vfio_msix.h"
#include "vfio_stream.h"
#include "vfio_timer.h"

static void device_stop(struct nvmux_vdev *vdev)
{
	mutex_lock(&vdev->lock);
	nvmux_vfio_timer_pause(vdev);
	nvmux_vfio_msix_stop(vdev, true);
	mutex_unlock(&vdev->lock);
}

static void device_run(struct nvmux_vdev *vdev)
{
	mutex_lock(&vdev->lock);
	nvmux_vfio_timer_resume(vdev);
	nvmux_vfio_msix_stop(vdev, false);
	mutex_unlock(&vdev->lock);
}

static void device_clear(struct nvmux_vdev *vdev)
{
	mutex_lock(&vdev->lock);
	nvmux_vfio_reset(vdev);
	nvmux_vfio_bar1_clear(vdev);
	mutex_unlock(&vdev->lock);
}

static void stream_end(struct nvmux_vfio_migrate *migrate)
{
	if (migrate->stream)
		nvmux_vfio_stream_close(migrate->stream);
	migrate->stream = NULL;
}

/* What was loaded is good, or it is gone. */
static int load_end(struct nvmux_vdev *vdev)
{
	int err = nvmux_vfio_stream_finish(vdev->migrate.stream);

	stream_end(&vdev->migrate);
	if (err) {
		device_clear(vdev);
		vdev->migrate.state = VFIO_DEVICE_STATE_ERROR;
	}
	return err;
}

static int arc_to_stop(struct nvmux_vdev *vdev)
{
	struct nvmux_vfio_migrate *migrate = &vdev->migrate;

	if (migrate->state == VFIO_DEVICE_STATE_RESUMING)
		return load_end(vdev);
	if (migrate->state == VFIO_DEVICE_STATE_RUNNING)
		device_stop(vdev);
	stream_end(migrate);
	return 0;
}

static struct file *arc_to_resuming(struct nvmux_vdev *vdev)
{
	struct file *file = nvmux_vfio_stream_open(vdev, true, &vdev->migrate.stream);

	if (!IS_ERR(file))
		device_clear(vdev);
	return file;
}

/* The file that was begun while the device ran gives the rest. */
static struct file *arc_to_stop_copy(struct nvmux_vdev *vdev)
{
	struct nvmux_vfio_migrate *migrate = &vdev->migrate;
	struct file *file = NULL;

	if (migrate->state == VFIO_DEVICE_STATE_PRE_COPY)
		device_stop(vdev);
	else
		file = nvmux_vfio_stream_open(vdev, false, &migrate->stream);
	if (!IS_ERR(file))
		nvmux_vfio_stream_final(migrate->stream);
	return file;
}

static void arc_to_running(struct nvmux_vdev *vdev)
{
	if (vdev->migrate.state == VFIO_DEVICE_STATE_PRE_COPY)
		stream_end(&vdev->migrate);
	else
		device_run(vdev);
}

/* One arc. The user's file where one begins a stream, else NULL. */
static struct file *arc(struct nvmux_vdev *vdev, enum vfio_device_mig_state to)
{
	switch (to) {
	case VFIO_DEVICE_STATE_RUNNING:
		arc_to_running(vdev);
		return NULL;
	case VFIO_DEVICE_STATE_PRE_COPY:
		return nvmux_vfio_stream_open(vdev, false, &vdev->migrate.stream);
	case VFIO_DEVICE_STATE_STOP_COPY:
		return arc_to_stop_copy(vdev);
	case VFIO_DEVICE_STATE_RESUMING:
		return arc_to_resuming(vdev);
	case VFIO_DEVICE_STATE_STOP:
		return ERR_PTR(arc_to_stop(vdev));
	default:
		return ERR_PTR(-EINVAL);
	}
}

/* VFIO would let a device stay half-way. A guest that stands still for nothing is worse off. */
static void migrate_back(struct nvmux_vdev *vdev, enum vfio_device_mig_state from)
{
	struct nvmux_vfio_migrate *migrate = &vdev->migrate;

	if (from != VFIO_DEVICE_STATE_RUNNING || migrate->state != VFIO_DEVICE_STATE_STOP)
		return;
	device_run(vdev);
	migrate->state = from;
}

/*
 * No way leads through a state with a file to another one, so at most one is opened. The core warns
 * when it is asked for the way out of an error, of which there is none but a reset.
 */
static struct file *migrate_go(struct nvmux_vdev *vdev, enum vfio_device_mig_state to)
{
	struct nvmux_vfio_migrate *migrate = &vdev->migrate;
	enum vfio_device_mig_state from = migrate->state, next;
	struct file *file = NULL;
	int err;

	lockdep_assert_held(&migrate->lock);
	if (from == VFIO_DEVICE_STATE_ERROR)
		return ERR_PTR(-EINVAL);
	while (migrate->state != to && !file) {
		err = vfio_mig_get_next_state(&vdev->vfio, migrate->state, to, &next);
		if (err)
			return ERR_PTR(err);
		file = arc(vdev, next);
		if (IS_ERR(file)) {
			migrate_back(vdev, from);
			return file;
		}
		migrate->state = next;
	}
	return file;
}

static struct file *migrate_set(struct vfio_device *vfio, enum vfio_device_mig_state to)
{
	struct nvmux_vdev *vdev = container_of(vfio, struct nvmux_vdev, vfio);
	struct file *file;

	mutex_lock(&vdev->migrate.lock);
	file = migrate_go(vdev, to);
	mutex_unlock(&vdev->migrate.lock);
	return file;
}

static int migrate_get(struct vfio_device *vfio, enum vfio_device_mig_state *ret)
{
	struct nvmux_vdev *vdev = container_of(vfio, struct nvmux_vdev, vfio);

	mutex_lock(&vdev->migrate.lock);
	*ret = vdev->migrate.state;
	mutex_unlock(&vdev->migrate.lock);
	return 0;
}

static int migrate_size(struct vfio_device *vfio, unsigned long *ret)
{
	struct nvmux_vdev *vdev = container_of(vfio, struct nvmux_vdev, vfio);

	mutex_lock(&vdev->migrate.lock);
	*ret = nvmux_vfio_stream_size(vdev);
	mutex_unlock(&vdev->migrate.lock);
	return 0;
}

static const struct vfio_migration_ops migrate_ops = {
	.migration_set_state = migrate_set,
	.migration_get_state = migrate_get,
	.migration_get_data_size = migrate_size,
};

/**
 * nvmux_vfio_migrate_init() - offer migration
 * @vdev: the device, not registered yet
 *
 * Context: any.
 */
void nvmux_vfio_migrate_init(struct nvmux_vdev *vdev)
{
	mutex_init(&vdev->migrate.lock);
	vdev->migrate.state = VFIO_DEVICE_STATE_RUNNING;
	vdev->vfio.migration_flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_PRE_COPY;
	vdev->vfio.mig_ops = &migrate_ops;
}

/**
 * nvmux_vfio_migrate_fini() - the opposite of nvmux_vfio_migrate_init()
 * @vdev: the device, not registered any more
 *
 * Context: any.
 */
void nvmux_vfio_migrate_fini(struct nvmux_vdev *vdev)
{
	mutex_destroy(&vdev->migrate.lock);
}

/**
 * nvmux_vfio_migrate_reset() - function level reset, and no migration is under way any more
 * @vdev: the device
 *
 * Context: may sleep; takes the locks of migration and device.
 */
void nvmux_vfio_migrate_reset(struct nvmux_vdev *vdev)
{
	mutex_lock(&vdev->migrate.lock);
	stream_end(&vdev->migrate);
	mutex_lock(&vdev->lock);
	nvmux_vfio_reset(vdev);
	nvmux_vfio_msix_stop(vdev, false);
	mutex_unlock(&vdev->lock);
	vdev->migrate.state = VFIO_DEVICE_STATE_RUNNING;
	mutex_unlock(&vdev->migrate.lock);
}
