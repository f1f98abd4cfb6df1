// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/migrate.h>

int stream_alloc(struct stream *stream, size_t room)
{
	*stream = (struct stream){ .bytes = malloc(room), .room = room };
	return stream->bytes ? 0 : -ENOMEM;
}

void stream_free(struct stream *stream)
{
	free(stream->bytes);
	*stream = (struct stream){};
}

int stream_read(int fd, struct stream *stream)
{
	ssize_t n;

	while (stream->len < stream->room) {
		n = read(fd, stream->bytes + stream->len, stream->room - stream->len);
		if (!n || (n < 0 && errno == ENOMSG))
			return 0;
		if (n < 0)
			return -errno;
		stream->len += n;
	}
	return -EFBIG;
}

int stream_write(int fd, const uint8_t *bytes, size_t len)
{
	ssize_t n;

	for (; len; len -= n, bytes += n) {
		n = write(fd, bytes, len);
		if (n <= 0)
			return n ? -errno : -EIO;
	}
	return 0;
}

int migrate_save(struct vfio_dev *dev, struct stream *stream)
{
	int fd = vfio_migrate(dev, VFIO_DEVICE_STATE_STOP_COPY), err;

	if (fd < 0)
		return fd;
	stream->len = 0;
	err = stream_read(fd, stream);
	close(fd);
	vfio_migrate(dev, VFIO_DEVICE_STATE_STOP);
	return err;
}

int migrate_load(struct vfio_dev *dev, const uint8_t *bytes, size_t len)
{
	int fd = vfio_migrate(dev, VFIO_DEVICE_STATE_RESUMING), err, end;

	if (fd < 0)
		return fd;
	err = stream_write(fd, bytes, len);
	close(fd);
	end = vfio_migrate(dev, VFIO_DEVICE_STATE_STOP);
	if (err && end == NO_FILE)
		return -ECANCELED;	/* nobody may write what is refused and then go on */
	return err ?: end == NO_FILE ? 0 : end;
}

static uint32_t word(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

size_t record_size(const uint8_t *record)
{
	return HEAD + word(record + HEAD_LEN);
}

uint8_t *record_find(const struct stream *stream, uint32_t kind, unsigned int nth)
{
	size_t at;

	for (at = 0; at + HEAD <= stream->len; at += record_size(stream->bytes + at))
		if (word(stream->bytes + at + HEAD_KIND) == kind && !nth--)
			return stream->bytes + at;
	return NULL;
}

static uint32_t crc_of(uint32_t crc, const uint8_t *bytes, size_t len)
{
	int bit;

	while (len--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

void record_seal(uint8_t *record)
{
	uint32_t crc = crc_of(~0U, record, HEAD_CRC);

	crc = crc_of(crc, record + HEAD, record_size(record) - HEAD);
	memcpy(record + HEAD_CRC, &crc, sizeof(crc));
}

void record_forge(uint8_t *record, size_t at, uint32_t value)
{
	memcpy(record + at, &value, sizeof(value));
	record_seal(record);
}
