// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * UUIDs as text. Their bytes are nobody's business outside the kernel.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "uuid.h"

static bool is_dash_place(int i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

int uuid_normalise(const char *text, char ret[static UUID_TEXT_SIZE])
{
	char out[UUID_TEXT_SIZE];
	int i;

	if (!text || strlen(text) != UUID_TEXT_SIZE - 1)
		return -EINVAL;
	for (i = 0; i < UUID_TEXT_SIZE - 1; i++) {
		unsigned char c = (unsigned char)text[i];

		if (is_dash_place(i) ? c != '-' : !isxdigit(c))
			return -EINVAL;
		out[i] = (char)tolower(c);
	}
	out[i] = '\0';
	memcpy(ret, out, sizeof(out));
	return 0;
}

int uuid_canonical(const char *text, char ret[static UUID_TEXT_SIZE])
{
	char out[UUID_TEXT_SIZE];
	int n = 0;

	for (; *text; text++) {
		if (*text == '-')
			continue;
		if (!isxdigit((unsigned char)*text) || n >= UUID_TEXT_SIZE - 1)
			return -EINVAL;
		if (is_dash_place(n))
			out[n++] = '-';
		out[n++] = (char)tolower((unsigned char)*text);
	}
	if (n != UUID_TEXT_SIZE - 1)
		return -EINVAL;
	out[n] = '\0';
	memcpy(ret, out, sizeof(out));
	return 0;
}

int uuid_random(char ret[static UUID_TEXT_SIZE])
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return -EIO;
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	(void)snprintf(ret, UUID_TEXT_SIZE,
		       "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		       b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
		       b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
	return 0;
}
