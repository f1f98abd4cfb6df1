// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stddef.h>
#include <stdint.h>

#include "utf8.h"

/* By the first byte: how long it is, and the least that may be written so. */
static size_t length_of(unsigned char first, uint32_t *ret_bits, uint32_t *ret_least)
{
	static const struct {
		unsigned char mask, is;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((first & forms[i].mask) != forms[i].is)
			continue;
		*ret_bits = first & (unsigned char)~forms[i].mask;
		*ret_least = forms[i].least;
		return i + 1;
	}
	return 0;
}

static bool is_character(uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return false;
	return !(c >= 0xfdd0 && c <= 0xfdef) && (c & 0xfffe) != 0xfffe;
}

/* Bytes of the character that begins here, 0: none does. */
static size_t character_at(const char *text)
{
	uint32_t c = 0, least = 0;
	size_t len = length_of((unsigned char)*text, &c, &least);

	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	}
	return len && c >= least && is_character(c) ? len : 0;
}

bool utf8_is_valid(const char *text)
{
	for (size_t len; *text; text += len) {
		len = character_at(text);
		if (!len)
			return false;
	}
	return true;
}

void utf8_clean(char *text)
{
	for (size_t len; *text; text += len ? len : 1) {
		len = character_at(text);
		if (!len)
			*text = '?';
	}
}
