// SPDX-License-Identifier: GPL-2.0-only
/*
 * First process of a guest inside the test VM. Such a guest is emulated twice,
 * so code that runs once is what costs: a shell would take three seconds for
 * these few calls. Built with the kernel's nolibc.
 *
 * Words behind "--" on the kernel command line arrive as our arguments and go
 * to the program. after=off there ends the guest by a reset (there is no
 * ACPI); otherwise it stays until somebody destroys it.
 */
static char *const programs[] = { "/guest.sh", "/bin/nvmux-guest", NULL };

/* The first program that is there; a guest without one just says so. */
static int run(char **argv)
{
	int i, status = 0x7f00;
	pid_t pid = fork();

	if (pid == 0) {
		for (i = 0; programs[i]; i++) {
			argv[0] = programs[i];
			execve(programs[i], argv, environ);
		}
		exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void finish(void)
{
	const char *after = getenv("after");

	if (after && !strcmp(after, "off"))
		reboot(LINUX_REBOOT_CMD_RESTART);
	for (;;)
		sleep(3600);
}

int main(int argc, char **argv)
{
	printf("nvmux-guest: init\n");
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	printf("nvmux-guest: exit %d\n", run(argv));
	finish();
	return argc;
}
