// SPDX-License-Identifier: GPL-2.0-only
#include "basic/utf8.h"
#include "tap.h"

static const char *cleaned(const char *text)
{
	static char copy[64];

	(void)snprintf(copy, sizeof(copy), "%s", text);
	utf8_clean(copy);
	return copy;
}

static void utf8_text_stays_as_it_is(void)
{
	CHECK(utf8_is_valid("") && utf8_is_valid("vm-1") && utf8_is_valid("Übung"));
	CHECK(utf8_is_valid("\xe2\x82\xac \xf0\x9f\x90\xa7"));
	CHECK_STR(cleaned("Übung \xf0\x9f\x90\xa7"), "Übung \xf0\x9f\x90\xa7");
}

static void utf8_bytes_of_no_character_are_replaced(void)
{
	CHECK(!utf8_is_valid("\xdc" "bung") && !utf8_is_valid("\x80"));
	CHECK_STR(cleaned("\xdc" "bung"), "?bung");
	CHECK_STR(cleaned("a\xff\xfe" "b"), "a??b");
}

/* The command of a process is 15 bytes, wherever those end. */
static void utf8_character_that_is_cut_off_is_replaced(void)
{
	CHECK(!utf8_is_valid("qemu:\xc3"));
	CHECK_STR(cleaned("qemu:\xc3"), "qemu:?");
	CHECK_STR(cleaned("x\xf0\x9f\x90"), "x???");
}

/* Overlong, a surrogate, beyond the last, and what is reserved for no character. */
static void utf8_is_what_the_bus_takes(void)
{
	static const char *const bad[] = {
		"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
		"\xef\xb7\x90", "\xef\xbf\xbf", "\xf0\x9f\xbf\xbe",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!utf8_is_valid(bad[i]));
	CHECK(utf8_is_valid("\xef\xb7\x8f") && utf8_is_valid("\xf4\x8f\xbf\xbd"));
}

int main(void)
{
	RUN(utf8_text_stays_as_it_is);
	RUN(utf8_bytes_of_no_character_are_replaced);
	RUN(utf8_character_that_is_cut_off_is_replaced);
	RUN(utf8_is_what_the_bus_takes);
	return tap_end();
}
