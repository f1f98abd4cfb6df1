/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has to change so that the host is as a configuration says, in the
 * order in which it has to be done. Pure: nothing is asked, nothing changed.
 */
#ifndef NVMUX_CLI_DIFF_H
#define NVMUX_CLI_DIFF_H

#include "cli/spec.h"
#include "cli/world.h"

enum change_kind {
	CHANGE_NONE = 0,	/* a refusal that is known before */
	CHANGE_POLICY,		/* value: the policy */
	CHANGE_DELETE,		/* value: UUID */
	CHANGE_PARTITION,	/* value: the partitioning */
	CHANGE_MODE,		/* value: the mode */
	CHANGE_CREATE,		/* value: the type */
	CHANGE_START,		/* value: UUID of one that is defined */
	CHANGE_UNDEFINE,	/* value: UUID */
	CHANGE_DELETE_INSTANCE,	/* value: placement */
	CHANGE_CREATE_INSTANCE,	/* value: profile */
};

/**
 * struct change - one thing to be done
 * @verdict: todo, busy or refused; apply turns it into done, failed, pending or left
 * @text: what is done, or why it cannot be
 * @reason: why it has failed or is pending
 * @entry: of the configuration that asks for it, NULL: the file itself
 */
struct change {
	char *verdict;
	char *gpu;
	char *text;
	char *reason;
	uint32_t kind;
	char *value;
	const struct spec_entry *entry;
};

extern const struct noun change_noun;

struct diff_host {
	const struct world *world;
	const struct records *types;
	const struct records *definitions;
	const char *policy;
};

/* Return: 0 or -ENOMEM; @ret has rows of change_noun. */
int diff_build(const struct diff_host *host, const struct spec *spec,
	       const struct spec_config *config, struct records *ret);

/* The code of the first change that is refused, 0 when none is. */
int diff_code(const struct records *changes);

#endif
