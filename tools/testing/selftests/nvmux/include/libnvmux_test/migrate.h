/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Migration of a vGPU as a VM does it, and its stream taken apart.
 */
#ifndef LIBNVMUX_TEST_MIGRATE_H
#define LIBNVMUX_TEST_MIGRATE_H

#include <stddef.h>
#include <stdint.h>

#include <libnvmux_test/vfio.h>

/* vfio_migrate() when the state has no file */
#define NO_FILE (-1)

struct stream {
	uint8_t *bytes;
	size_t len;
	size_t room;
};

/* As in Documentation/driver-api/migration.rst. */
enum { HELLO = 1, MEMORY, CONFIG, INTR, MSIX, MAILBOX, TIMER, END };

#define HEAD 32
#define HEAD_KIND 4
#define HEAD_NUMBER 8
#define HEAD_LEN 12
#define HEAD_OFFSET 16
#define HEAD_CRC 28

/* Zero or a negative errno. */
int stream_alloc(struct stream *stream, size_t room);
void stream_free(struct stream *stream);

/* Reads until there is no more, or, while the device runs, until there is no more now. */
int stream_read(int fd, struct stream *stream);
/* What write() says, 0 when all was taken. */
int stream_write(int fd, const uint8_t *bytes, size_t len);

/* From a vGPU that runs to one that is stopped again. */
int migrate_save(struct vfio_dev *dev, struct stream *stream);
/* To a vGPU that runs; it is stopped then. What writing says, else what ending says. */
int migrate_load(struct vfio_dev *dev, const uint8_t *bytes, size_t len);

/* Bytes of a record with its head. */
size_t record_size(const uint8_t *record);
/* The @nth record of a kind, NULL when there are not as many. */
uint8_t *record_find(const struct stream *stream, uint32_t kind, unsigned int nth);
/* With the right checksum, as somebody would who wants to be believed. */
void record_seal(uint8_t *record);
void record_forge(uint8_t *record, size_t at, uint32_t value);

#endif
