// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/crowd.h>

struct crowd {
	unsigned int size;
	struct crowd_member members[];
};

static size_t bytes(unsigned int size)
{
	return sizeof(struct crowd) + size * sizeof(struct crowd_member);
}

struct crowd *crowd_new(unsigned int size)
{
	struct crowd *crowd = mmap(NULL, bytes(size), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (crowd == MAP_FAILED)
		return NULL;
	crowd->size = size;
	return crowd;
}

void crowd_free(struct crowd *crowd)
{
	if (crowd)
		munmap(crowd, bytes(crowd->size));
}

struct crowd_member *crowd_member(struct crowd *crowd, unsigned int n)
{
	return &crowd->members[n];
}

/* A process that dies has not done what it should. */
bool crowd_run(struct crowd *crowd, void (*act)(unsigned int n, struct crowd_member *member,
						void *data), void *data)
{
	unsigned int n, well = 0;
	int status;

	for (n = 0; n < crowd->size; n++) {
		if (fork())
			continue;
		act(n, &crowd->members[n], data);
		_exit(0);
	}
	while (wait(&status) > 0)
		well += WIFEXITED(status) && !WEXITSTATUS(status);
	return well == crowd->size;
}

unsigned int crowd_number(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 0) : otherwise;
}
