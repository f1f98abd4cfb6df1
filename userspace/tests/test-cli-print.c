// SPDX-License-Identifier: GPL-2.0-only
/* The command: what it prints for programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli-stage.h"

static void test_driver(void)
{
	expect_part("driver_grid", "driver check NVIDIA-Linux-x86_64-550.54.15-grid.run --mode vgpu",
		    "Belongs: a VM with a vGPU or with a whole GPU\nVerdict: ok\n");
	expect_part("driver_grid_deb",
		    "driver check nvidia-linux-grid-550_550.54.15_amd64.deb --mode passthrough",
		    "Package: grid\n");
	expect_part("driver_data_centre",
		    "driver check NVIDIA-Linux-x86_64-550.54.15.run --mode passthrough",
		    "Package: data-centre\n");
	expect("driver_data_centre_for_a_vgpu",
	       "driver check /tmp/NVIDIA-Linux-x86_64-550.54.15.run --mode vgpu -j", 5,
	       "{\"version\":1,\"drivers\":[{\"driver\":\"NVIDIA-Linux-x86_64-550.54.15.run\","
	       "\"package\":\"data-centre\",\"belongs\":\"the host, or a VM with a whole GPU\","
	       "\"verdict\":\"refused\",\"text\":\"the data-centre driver does not know vGPUs: take "
	       "the grid driver of the same version\"}]}\n");
	expect("driver_of_a_host", "driver check NVIDIA-Linux-x86_64-550.54.16-vgpu-kvm.run "
	       "--mode passthrough", 5, NULL);
	expect("driver_of_a_host_deb", "driver check nvidia-vgpu-ubuntu-550_550.54.16_amd64.deb "
	       "--mode vgpu", 5, NULL);
	expect("driver_unknown", "driver check linux.deb --mode vgpu", 3,
	       "nvmux: linux.deb is not the name of an NVIDIA driver package\n");
	expect("driver_without_mode", "driver check x.run", 2,
	       "nvmux: driver check needs --mode vgpu or --mode passthrough; see nvmux --help\n");
}

static void test_metrics(void)
{
	expect("metrics_of_an_older_daemon", "metrics", 1, "nvmux: Metrics?\n");
	expect("metrics_as_the_daemon_writes_them", "metrics", 0, "nvmux_x{a=\"%s\"} 1\n# EOF\n");
}

/* What is printed is what the schema says, and the schema in the tree is the one that is printed. */
static void complete(const char *shell, const char *name, const char *words, const char *want)
{
	char command[1024];

	if (!strcmp(shell, "bash"))
		snprintf(command, sizeof(command),
			 "--completion bash >%s/c; exec bash -c '_init_completion() { words=(%s); "
			 "cword=$((${#words[@]} - 1)); cur=${words[cword]}; }; "
			 "__ltrim_colon_completions() { :; }; nvmux() { echo; echo x c0ffee; }; . %s/c; _nvmux; echo ${COMPREPLY[@]}'",
			 stage_dir, words, stage_dir);
	else
		snprintf(command, sizeof(command),
			 "--completion zsh >%s/c; exec zsh -f -c 'compdef() { :; }; nvmux() { echo; echo x c0ffee; }; "
			 "compadd() { shift; for w; do [[ $w == ${words[CURRENT]}* ]] && print -r -- $w; done "
			 "| sort | paste -sd \" \" -; }; . %s/c; words=(%s); CURRENT=${#words}; _nvmux'",
			 stage_dir, stage_dir, words);
	/* the program stands before all that, so it must not be the last */
	expect_after(name, command, want);
}

static void test_completion_of(const char *shell)
{
	char name[64];

	if (snprintf(name, sizeof(name), "command -v %s >/dev/null", shell) < 0 || system(name)) {
		printf("ok %d - completion_%s # SKIP not installed\n", ++n_cases, shell);
		return;
	}
	snprintf(name, sizeof(name), "completion_%s", shell);
	complete(shell, name, "nvmux v", "vgpu vm\n");
	complete(shell, name, "nvmux vgpu st", "start stop\n");
	complete(shell, name, "nvmux gpu set-mode x pass", "passthrough\n");
	complete(shell, name, "nvmux -f x plan --fi", "--file\n");
	complete(shell, name, "nvmux --uuid 1 vgpu create --nu", "--numa\n");
	complete(shell, name, "nvmux vgpu delete x c0", "c0ffee\n");
}

static void test_completion(void)
{
	test_completion_of("bash");
	test_completion_of("zsh");
}

static void test_schema(void)
{
	static const char *const commands[] = {
		"gpu list", "gpu show 81:00.0", "gpu holders 81:00.0", "gpu plan 81:00.0 host",
		"gpu xml 81:00.0", "type list --all", "type list --board help", "vgpu list",
		"vgpu list --defined", "vgpu show " UUID, "vm list", "job list", "doctor",
		"driver check x-grid.run --mode vgpu",
	};
	char words[256], out[8192];

	expect("schema_in_the_tree", "--json-schema | cmp - data/nvmux.schema.json", 0, "");
	if (system("python3 -c 'import jsonschema' 2>/dev/null")) {
		printf("ok %d - schema # SKIP no python3-jsonschema\n", ++n_cases);
		return;
	}
	run(out, sizeof(out), "vm list");	/* the first one is refused, see reply_vms() */
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(words, sizeof(words),
			 "%s -j | python3 tests/validate.py data/nvmux.schema.json", commands[i]);
		expect(commands[i], words, 0, "");
	}
	run(out, sizeof(out), "plan -j %s | python3 tests/validate.py data/nvmux.schema.json",
	    file_of("  - devices: all\n    mode: host\n"));
	check(!*out, "schema_of_plan");
}

/* Once at the start, once after the event; a signal ends it well. */
static void test_watch(void)
{
	char command[512], want[256];

	snprintf(command, sizeof(command),
		 "vm list --watch -j >%s/watch & sleep 0.5; %s gpu set-mode 81:00.0 host >/dev/null; "
		 "sleep 1; kill -TERM $!; wait $! && grep -c version %s/watch", stage_dir, program,
		 stage_dir);
	snprintf(want, sizeof(want), "2\n");
	expect_after("watch_prints_again_after_an_event", command, want);
	expect("watch_of_what_fails_ends", "gpu show 99:00.0 --watch", 3, "nvmux: no gpu 99:00.0\n");
	expect("watch_is_for_lists", "doctor --watch", 2,
	       "nvmux: doctor does not take --watch; see nvmux --help\n");
}

static void cases(void)
{
	test_driver();
	test_metrics();
	test_schema();
	test_completion();
	test_watch();
}

int main(void)
{
	return play("cli-print", cases);
}
