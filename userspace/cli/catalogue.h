/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The catalogue of boards and types that the kernel module has, built into the command: it
 * answers without GPU, daemon and module.
 */
#ifndef NVMUX_CLI_CATALOGUE_H
#define NVMUX_CLI_CATALOGUE_H

#include "cli/nouns.h"

struct nvmux_family;	/* of kmod/core/type.h */

/**
 * struct type_filter - which types are meant
 * @family: those of its boards, or NULL
 * @name: the one of this name, or NULL
 */
struct type_filter {
	const struct nvmux_family *family;
	const char *name;
};

/* These return an exit code, their complaint already printed. */

/* @word: name of a board, without its brand where that is unique, or of a family */
int catalogue_find(const char *word, const struct nvmux_family **ret);

/* Adds what is meant and is not there yet; @reason: why none can be created. */
int catalogue_add_types(struct records *types, const struct type_filter *filter,
			const char *reason);
int catalogue_add_boards(struct records *boards);

/* Fills in what only the catalogue knows of types that a GPU has told. */
int catalogue_complete(struct records *types);

/* Frees the types that are not meant. */
void catalogue_keep(struct records *types, const struct type_filter *filter);

/* What a GPU offers, NULL when the board is not known. */
const struct nvmux_family *catalogue_family_of(const struct gpu *gpu);

#endif
