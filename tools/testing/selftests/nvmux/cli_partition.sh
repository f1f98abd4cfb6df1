#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Dividing GPUs as an administrator does it: on the command line, through the daemon, which keeps
# it; and which GPU a vGPU goes to when nobody says so.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup() { daemon_fresh; }
teardown() { daemon_stop && "$TOOL" reset; }

available() { # GPU TYPE
	nvmux type list "$1" --all --json | jq -r --arg t "$2" \
		'.types[] | select(.name == $t) | .available'
}

gpu_of() { # UUID
	nvmux vgpu show "$1" --json | jq -r '.vgpus[0].gpu'
}

both_shared() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" vgpu
}

case_mixed_sizes() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-partition "$GPU_A" mixed-size
	nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_1" >/dev/null
	nvmux vgpu create "$GPU_A" A30-6C --uuid "$UUID_2" >/dev/null
	same vgpus 2 "$(gpu_field "$GPU_A" vgpu_count)"
	gives 4 nvmux gpu set-partition "$GPU_A" same-size
	contains "held by vgpu" "$text"
	same partition mixed-size "$(gpu_field "$GPU_A" partition)"
}

case_wished_placement() {
	nvmux gpu set-mode "$GPU_A" vgpu
	gives 0 nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_1" --placement 12
	same placement 12 "$(nvmux vgpu show "$UUID_1" --json | jq -r '.vgpus[0].placement')"
	gives 1 nvmux vgpu create "$GPU_A" A30-12C --placement 12
	contains "placement 12 of gpu $GPU_A is occupied" "$text"
	gives 1 nvmux vgpu create "$GPU_A" A30-12C --placement 5
	contains "placement 5 is none of type A30-12C" "$text"
	same vgpus 1 "$(gpu_field "$GPU_A" vgpu_count)"
}

case_gpu_instances() {
	nvmux gpu set-mode "$GPU_A" vgpu
	gives 1 nvmux gpu create-instance "$GPU_A" 2g.12gb
	contains "needs mig" "$text"
	nvmux gpu set-partition "$GPU_A" mig
	nvmux gpu create-instance "$GPU_A" 2g.12gb --placement 2
	nvmux vgpu create "$GPU_A" A30-2-12C --uuid "$UUID_1" >/dev/null
	gives 4 nvmux gpu delete-instance "$GPU_A" 2
	contains "holds a vgpu" "$text"
	nvmux vgpu delete "$UUID_1"
	nvmux gpu delete-instance "$GPU_A" 2
	same available 4 "$(available "$GPU_A" A30-1-6C)"
}

# The module forgets, the daemon does not.
case_restored_after_a_reload() {
	nvmux gpu set-partition "$GPU_A" mig
	nvmux gpu set-mode "$GPU_A" vgpu
	daemon_stop
	"$TOOL" reset
	same partition same-size "$("$TOOL" partition "$GPU_A")"
	daemon_start
	until_ok 30 gpu_is "$GPU_A" vgpu
	same partition mig "$(gpu_field "$GPU_A" partition)"
	same available 4 "$(available "$GPU_A" A30-1-6C)"
}

case_spread_over_the_gpus() {
	both_shared
	nvmux vgpu create --type A30-4C --uuid "$UUID_1" >/dev/null
	nvmux vgpu create --type A30-4C --uuid "$UUID_2" >/dev/null
	same "first gpu" "$GPU_A" "$(gpu_of "$UUID_1")"
	same "second gpu" "$GPU_B" "$(gpu_of "$UUID_2")"
}

case_fill_one_gpu_after_the_other() {
	mkdir -p /etc/nvmux/nvmux.conf.d
	printf '[vgpu]\npolicy=consolidation\n' >/etc/nvmux/nvmux.conf.d/test.conf
	daemon_start
	rm /etc/nvmux/nvmux.conf.d/test.conf
	both_shared
	nvmux vgpu create --type A30-12C --uuid "$UUID_1" >/dev/null
	nvmux vgpu create --type A30-12C --uuid "$UUID_2" >/dev/null
	nvmux vgpu create --type A30-12C --uuid "$UUID_3" >/dev/null
	same "first gpu" "$GPU_A" "$(gpu_of "$UUID_1")"
	same "second gpu" "$GPU_A" "$(gpu_of "$UUID_2")"
	same "third gpu" "$GPU_B" "$(gpu_of "$UUID_3")"
}

case_no_gpu_has_room() {
	both_shared
	nvmux vgpu create "$GPU_A" A30-24C >/dev/null
	nvmux vgpu create "$GPU_B" A30-24C >/dev/null
	gives 1 nvmux vgpu create --type A30-24C
	contains "$GPU_A" "$text"
}

case_catalogue_without_daemon() {
	daemon_stop
	same types 30 "$(nvmux type list --board A40 --json | jq '.types | length')"
	gives 3 nvmux type list --board A41
}

need_daemon
run_cases mixed_sizes wished_placement gpu_instances restored_after_a_reload \
	spread_over_the_gpus fill_one_gpu_after_the_other no_gpu_has_room \
	catalogue_without_daemon
