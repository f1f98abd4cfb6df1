// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: The migration stream
 *
 * The user's file and one record in memory: he reads what vfio_save.c makes, or writes what
 * vfio_load.c takes. Whoever holds the file when migration is over reads and writes nothing any
 * more.
 */
#include <linux/anon_inodes.h>
#include <linux/bitmap.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vfio.h"
#include "vfio_dirty.h"
#include "vfio_load.h"
#include "vfio_save.h"
#include "vfio_stream.h"

/* A piece of the record that is there; 0 when there is none and will be none. */
static ssize_t piece_save(struct nvmux_vfio_stream *stream, char __user *buf, size_t count)
{
	size_t len;
	int err = 0;

	if (stream->used == stream->filled) {
		stream->filled = 0;
		stream->used = 0;
		err = nvmux_vfio_save_next(stream);
	}
	if (err == -EIO || err == -ENOMEM)
		stream->err = err;
	if (err)
		return err;
	len = min(count, stream->filled - stream->used);
	if (copy_to_user(buf, stream->buf + stream->used, len))
		return -EFAULT;
	stream->used += len;
	return len;
}

static void refusal_tell(struct nvmux_vfio_stream *stream)
{
	dev_notice_ratelimited(stream->vdev->vfio.dev, "migration refused: %s\n",
			       stream->why.text);
}

static ssize_t piece_load(struct nvmux_vfio_stream *stream, const char __user *buf, size_t count)
{
	size_t len = min(count, nvmux_vfio_load_want(stream));

	if (copy_from_user(stream->buf + stream->filled, buf, len))
		return -EFAULT;
	stream->filled += len;
	if (stream->filled < sizeof(struct nvmux_record))
		return len;
	stream->err = nvmux_vfio_load_step(stream);
	if (stream->err)
		refusal_tell(stream);
	return stream->err ?: len;
}

static ssize_t piece_move(struct nvmux_vfio_stream *stream, char __user *buf, size_t count)
{
	if (!stream->vdev)
		return -ENODEV;
	if (stream->err)
		return stream->err;
	return stream->load ? piece_load(stream, buf, count) : piece_save(stream, buf, count);
}

static ssize_t stream_move(struct file *file, char __user *buf, size_t count)
{
	struct nvmux_vfio_stream *stream = file->private_data;
	size_t done = 0;
	ssize_t ret = 0;

	mutex_lock(&stream->lock);
	while (done < count) {
		ret = piece_move(stream, buf + done, count - done);
		if (ret <= 0)
			break;
		done += ret;
		cond_resched();
	}
	mutex_unlock(&stream->lock);
	return done ? done : ret;
}

static ssize_t stream_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return stream_move(file, buf, count);
}

static ssize_t stream_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	return stream_move(file, (char __user *)buf, count);
}

static int precopy_left(struct nvmux_vfio_stream *stream, struct vfio_precopy_info *info)
{
	u64 first, again;

	if (!stream->vdev)
		return -ENODEV;
	if (stream->final || stream->err)
		return -EINVAL;
	nvmux_vfio_save_left(stream, &first, &again);
	info->flags = 0;
	info->initial_bytes = first;
	info->dirty_bytes = again;
	return 0;
}

static long precopy_info(struct nvmux_vfio_stream *stream, void __user *arg)
{
	u32 minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);
	struct vfio_precopy_info info = {};
	int err;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	mutex_lock(&stream->lock);
	err = precopy_left(stream, &info);
	mutex_unlock(&stream->lock);
	if (err)
		return err;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long stream_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	return precopy_info(file->private_data, (void __user *)arg);
}

static void stream_free(struct kref *ref)
{
	struct nvmux_vfio_stream *stream = container_of(ref, struct nvmux_vfio_stream, ref);

	bitmap_free(stream->sent);
	kvfree(stream->buf);
	mutex_destroy(&stream->lock);
	kfree(stream);
}

static int stream_release(struct inode *inode, struct file *file)
{
	struct nvmux_vfio_stream *stream = file->private_data;

	kref_put(&stream->ref, stream_free);
	return 0;
}

static const struct file_operations save_fops = {
	.owner = THIS_MODULE,
	.read = stream_read,
	.unlocked_ioctl = stream_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = stream_release,
};

static const struct file_operations load_fops = {
	.owner = THIS_MODULE,
	.write = stream_write,
	.release = stream_release,
};

static struct nvmux_vfio_stream *stream_alloc(struct nvmux_vdev *vdev, bool load)
{
	struct nvmux_vfio_stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL_ACCOUNT);

	if (!stream)
		return NULL;
	kref_init(&stream->ref);
	mutex_init(&stream->lock);
	stream->vdev = vdev;
	stream->load = load;
	stream->expect = NVMUX_RECORD_HELLO;
	stream->buf = kvmalloc(NVMUX_RECORD_MAX, GFP_KERNEL_ACCOUNT);
	stream->sent = bitmap_zalloc(vdev->n_chunks, GFP_KERNEL_ACCOUNT);
	if (!stream->buf || !stream->sent) {
		kref_put(&stream->ref, stream_free);
		return NULL;
	}
	return stream;
}

static struct file *stream_file(struct nvmux_vfio_stream *stream)
{
	struct file *file;

	file = anon_inode_getfile("nvmux-migration", stream->load ? &load_fops : &save_fops,
				  stream, stream->load ? O_WRONLY : O_RDONLY);
	if (!IS_ERR(file)) {
		stream_open(file_inode(file), file);
		kref_get(&stream->ref);
	}
	return file;
}

/**
 * nvmux_vfio_stream_open() - begin a stream
 * @vdev: the device
 * @load: the user writes it; otherwise he reads it
 * @ret: set to the stream, for nvmux_vfio_stream_close()
 *
 * From now on changes of what is saved are followed.
 *
 * Context: may sleep; takes the locks of device and memory.
 *
 * Return: the user's file, or ERR_PTR(): -ENOMEM, or what the kernel says to a new file.
 */
struct file *nvmux_vfio_stream_open(struct nvmux_vdev *vdev, bool load,
				    struct nvmux_vfio_stream **ret)
{
	struct nvmux_vfio_stream *stream = stream_alloc(vdev, load);
	struct file *file;
	int err;

	if (!stream)
		return ERR_PTR(-ENOMEM);
	err = load ? 0 : nvmux_vfio_dirty_start(vdev);
	if (err) {
		kref_put(&stream->ref, stream_free);
		return ERR_PTR(err);
	}
	file = stream_file(stream);
	if (IS_ERR(file)) {
		nvmux_vfio_stream_close(stream);
		return file;
	}
	*ret = stream;
	return file;
}

/**
 * nvmux_vfio_stream_final() - the device is stopped: the rest of the stream can be read
 * @stream: a stream that is saved
 *
 * Context: may sleep; takes its lock.
 */
void nvmux_vfio_stream_final(struct nvmux_vfio_stream *stream)
{
	mutex_lock(&stream->lock);
	stream->final = true;
	stream->chunk = 0;
	mutex_unlock(&stream->lock);
}

/**
 * nvmux_vfio_stream_finish() - the user has written all that he has
 * @stream: a stream that is loaded
 *
 * What it said takes effect, or the kernel log says why not.
 *
 * Context: may sleep; takes the locks of stream and device.
 *
 * Return: 0; what was wrong with the stream.
 */
int nvmux_vfio_stream_finish(struct nvmux_vfio_stream *stream)
{
	int err;

	mutex_lock(&stream->lock);
	err = stream->err;
	if (!err) {
		err = nvmux_vfio_load_end(stream);
		if (err)
			refusal_tell(stream);
	}
	mutex_unlock(&stream->lock);
	return err;
}

/**
 * nvmux_vfio_stream_close() - the stream is over, whoever holds its file
 * @stream: the stream
 *
 * Context: may sleep; takes its lock and those of device and memory.
 */
void nvmux_vfio_stream_close(struct nvmux_vfio_stream *stream)
{
	mutex_lock(&stream->lock);
	if (!stream->load)
		nvmux_vfio_dirty_stop(stream->vdev);
	stream->vdev = NULL;
	mutex_unlock(&stream->lock);
	kref_put(&stream->ref, stream_free);
}

/**
 * nvmux_vfio_stream_size() - how long the part of a stream may be that a stopped device makes
 * @vdev: the device, open; the lock of its migration is held
 *
 * Context: any.
 *
 * Return: bytes, at most.
 */
u64 nvmux_vfio_stream_size(struct nvmux_vdev *vdev)
{
	u64 size = NVMUX_RECORD_END * sizeof(struct nvmux_record) + sizeof(struct nvmux_hello) +
		   sizeof(struct nvmux_vfio_state);
	unsigned long chunk;

	for_each_set_bit(chunk, vdev->touched, vdev->n_chunks) {
		u64 pages = vdev->dirty ? nvmux_vfio_dirty_count(vdev, chunk) : NVMUX_CHUNK_PAGES;

		if (pages)
			size += sizeof(struct nvmux_record) + sizeof(struct nvmux_pages) +
				pages * NVMUX_STREAM_PAGE_SIZE;
	}
	return size;
}
