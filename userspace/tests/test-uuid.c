// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "basic/uuid.h"
#include "tap.h"

static void uuid_upper_case_is_lowered(void)
{
	char out[UUID_TEXT_SIZE];

	CHECK_INT(uuid_normalise("C2177883-F1BB-47F0-914D-32A22E3A8804", out), 0);
	CHECK_STR(out, "c2177883-f1bb-47f0-914d-32a22e3a8804");
}

static void uuid_malformed_is_refused(void)
{
	static const char *const bad[] = {
		"", "xyz", "c2177883-f1bb-47f0-914d-32a22e3a880", "c2177883f1bb47f0914d32a22e3a8804",
		"c2177883-f1bb-47f0-914d-32a22e3a88045", "c2177883-f1bb-47f0-914d_32a22e3a8804",
		"{2177883-f1bb-47f0-914d-32a22e3a8804", "c2177883-f1bb-47f0-914d-32a22e3a880g",
		"c2177883-f1bb-47f0-914d-32a22e3a880\n",
	};
	char out[UUID_TEXT_SIZE] = "untouched";

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_INT(uuid_normalise(bad[i], out), -EINVAL);
	CHECK_INT(uuid_normalise(NULL, out), -EINVAL);
	CHECK_STR(out, "untouched");
}

static void uuid_random_is_version_4(void)
{
	char a[UUID_TEXT_SIZE], b[UUID_TEXT_SIZE], c[UUID_TEXT_SIZE];

	CHECK_INT(uuid_random(a), 0);
	CHECK_INT(uuid_random(b), 0);
	CHECK(strcmp(a, b) != 0);
	CHECK_INT(uuid_normalise(a, c), 0);
	CHECK_STR(a, c);
	CHECK(a[14] == '4');
	CHECK(strchr("89ab", a[19]));
}

int main(void)
{
	RUN(uuid_upper_case_is_lowered);
	RUN(uuid_malformed_is_refused);
	RUN(uuid_random_is_version_4);
	return tap_end();
}
