// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "contract.h"
#include "function.h"
#include "survey.h"

#define PAGE 4096ULL

struct survey {
	const struct function *fn;
	int config;
	volatile uint8_t *bar0;
};

static uint32_t config_read(void *ctx, uint32_t at, unsigned int len)
{
	struct survey *survey = ctx;
	uint32_t value = 0;

	if (pread(survey->config, &value, len, at) != (ssize_t)len)
		return UINT32_MAX;
	return value;
}

static void config_write(void *ctx, uint32_t at, unsigned int len, uint32_t value)
{
	struct survey *survey = ctx;

	if (pwrite(survey->config, &value, len, at) != (ssize_t)len)
		printf("config space at %#x was not written\n", at);
}

/* One access of the processor, as wide as asked. */
static uint64_t load(volatile void *at, unsigned int len)
{
	switch (len) {
	case 1:
		return *(volatile uint8_t *)at;
	case 2:
		return *(volatile uint16_t *)at;
	case 4:
		return *(volatile uint32_t *)at;
	default:
		return *(volatile uint64_t *)at;
	}
}

static void store(volatile void *at, unsigned int len, uint64_t value)
{
	switch (len) {
	case 1:
		*(volatile uint8_t *)at = (uint8_t)value;
		break;
	case 2:
		*(volatile uint16_t *)at = (uint16_t)value;
		break;
	case 4:
		*(volatile uint32_t *)at = (uint32_t)value;
		break;
	default:
		*(volatile uint64_t *)at = value;
	}
}

/* Framebuffer is mapped page by page: a guest with little memory cannot map all of it. */
static volatile uint8_t *page_map(struct survey *survey, uint64_t at)
{
	void *page = function_map(survey->fn, survey->fn->fb_bar, at & ~(PAGE - 1), PAGE, true);

	return page == MAP_FAILED ? NULL : page;
}

static uint64_t bar_read(void *ctx, int bar, uint64_t at, unsigned int len)
{
	struct survey *survey = ctx;
	volatile uint8_t *page;
	uint64_t value;

	if (!bar)
		return load(survey->bar0 + at, len);
	page = page_map(survey, at);
	if (!page)
		return 0;
	value = load(page + at % PAGE, len);
	munmap((void *)page, PAGE);
	return value;
}

static void bar_write(void *ctx, int bar, uint64_t at, unsigned int len, uint64_t value)
{
	struct survey *survey = ctx;
	volatile uint8_t *page;

	if (!bar) {
		store(survey->bar0 + at, len, value);
		return;
	}
	page = page_map(survey, at);
	if (!page)
		return;
	store(page + at % PAGE, len, value);
	munmap((void *)page, PAGE);
}

static int checks_run(struct contract *contract)
{
	const struct contract_check *check;
	int broken = 0;

	for (check = contract_checks; check->name; check++) {
		bool holds;

		contract_begin(contract);
		holds = check->holds(contract);
		broken += !holds;
		printf("check %s %s\n", check->name, holds ? "ok" : "broken");
	}
	return broken;
}

int survey_run(const struct function *fn)
{
	struct survey survey = { .fn = fn, .config = function_config(fn) };
	struct contract contract = {
		.ctx = &survey, .bar1_size = fn->bar_size[fn->fb_bar],
		.config_read = config_read, .config_write = config_write,
		.bar_read = bar_read, .bar_write = bar_write,
	};
	void *bar0;

	if (survey.config < 0)
		return survey.config;
	bar0 = function_map(fn, 0, 0, fn->bar_size[0], true);
	if (bar0 == MAP_FAILED)
		return -errno;
	survey.bar0 = bar0;
	return checks_run(&contract);
}
