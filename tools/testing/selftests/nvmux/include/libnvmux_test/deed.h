/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A deed done again and again: its first allocation fails, then its second, and so on until none
 * does. It is refused and has changed nothing, or it did without and is done all the same (I4).
 */
#ifndef LIBNVMUX_TEST_DEED_H
#define LIBNVMUX_TEST_DEED_H

#include <stdbool.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/flaws.h>
#include <libnvmux_test/nth.h>

/* What a program has for its deeds. */
struct scene;

/*
 * @begin, which may be NULL, leads from where the stage clears to where @act may begin.
 * @also: an error that is a refusal, beside those for want of memory
 * @wreck: where a refusal leads besides what was before, as the stage draws it; NULL for nowhere
 * @idle: the module asks for no memory in it; else that none is asked for is a flaw of the test
 * @slow: it lasts a second and has hundreds of allocations, so not all of them are tried,
 * @dense: but so many of the first, which are those of the module itself
 */
struct deed {
	enum nth_who who;
	int (*begin)(struct scene *scene);
	int (*act)(struct scene *scene);
	int also;
	const char *wreck;
	bool idle;
	bool slow;
	unsigned int dense;
};

/*
 * @clear: to where all deeds begin, from wherever one has ended; 0 or a negative errno
 * @draw: all that a deed could have changed, from outside, as one line
 */
struct stage {
	int (*clear)(struct scene *scene);
	void (*draw)(struct scene *scene, char text[PICTURE_SIZE]);
};

struct walk {
	unsigned int count;	/* allocations of the deed */
	unsigned int step;	/* which of them failed: every so manieth */
	unsigned int refused;
	unsigned int done_without;
	struct flaws flaws;
};

/*
 * Tells on stdout how many allocations have failed in the deed @name. @sock: what the kernel said
 * to the last request, in @scene.
 */
void walk_deed(const char *name, const struct deed *deed, const struct stage *stage,
	       struct scene *scene, const struct nl_sock *sock, struct walk *walk);

/* In the setup of a fixture: from here on allocations may fail, where the kernel can do that. */
#define WALK_SETUP(scope)							\
	do {									\
		int _err = nth_begin(scope);					\
										\
		if (_err == -ENOENT)						\
			SKIP(return, "this kernel lets no allocation fail");	\
		ASSERT_EQ(0, _err);						\
	} while (0)

#endif
