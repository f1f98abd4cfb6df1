#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an administrator does around a switch: asks who is in the way and what would happen, waits
# until a GPU is idle, and gets a board back that had died.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup() { daemon_fresh; }

teardown() {
	fault all_ones 0
	daemon_stop
	"$TOOL" reset
}

fault() { # NAME VALUE
	echo "$2" >"/sys/kernel/debug/nvmux_sim/$GPU_A/$1"
}

plan_says() { # VERDICT FUNCTION TEXT
	jq -e --arg v "$1" --arg f "$2" --arg t "$3" \
		'[.plan[] | select(.verdict == $v and .function == $f and .text == $t)] != []' \
		<<<"$text" >/dev/null || { echo "# the plan lacks '$*': $text"; return 1; }
}

case_plan_is_what_happens() {
	local before
	before=$(world)
	gives 0 nvmux gpu plan "$GPU_A" passthrough --json
	plan_says todo "$GPU_A" 'bind to vfio-pci'
	plan_says ok "$GPU_A" 'nobody holds it'
	same_world "$before"
	nvmux gpu set-mode "$GPU_A" passthrough
	same driver vfio-pci "$(driver_of "$GPU_A")"
	gives 0 nvmux gpu plan "$GPU_A" passthrough --json
	plan_says ok "$GPU_A" 'is in passthrough mode'
}

case_holders_are_who_refuses() {
	nvmux gpu set-mode "$GPU_A" passthrough
	same holders '[]' "$(nvmux gpu holders "$GPU_A" --json | jq -c .holders)"
	hold open pci "$GPU_A"
	same holder "vfio $HOLD_PID nvmux_tool" "$(nvmux gpu holders "$GPU_A" --json |
		jq -r '.holders[0] | "\(.kind) \(.pid) \(.command)"')"
	gives 4 nvmux gpu plan "$GPU_A" vgpu
	contains "pid $HOLD_PID (nvmux_tool)" "$text"
	gives 4 nvmux gpu set-mode "$GPU_A" vgpu
	contains "pid $HOLD_PID (nvmux_tool)" "$text"
}

case_waits_until_it_is_idle() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_1" >/dev/null
	gives 6 nvmux gpu set-mode "$GPU_A" passthrough --when-idle
	contains "$UUID_1" "$text"
	gpu_is "$GPU_A" vgpu passthrough
	contains "$UUID_1" "$(gpu_field "$GPU_A" pending)"
	nvmux vgpu delete "$UUID_1"
	until_ok 30 gpu_is "$GPU_A" passthrough
	same pending null "$(gpu_field "$GPU_A" pending)"
}

# A board that dies is quarantined by the next switch, repaired, and of use again.
case_recovers_a_dead_board() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" vgpu
	fault all_ones 1
	gives 1 nvmux gpu set-mode "$GPU_A" passthrough
	contains 'reads all ones' "$text"
	contains 'all ones' "$(gpu_field "$GPU_A" quarantine)"
	contains 'vgpu!' "$(nvmux gpu list | grep "$GPU_A")"
	gives 1 nvmux gpu plan "$GPU_A" host
	contains 'is quarantined' "$text"
	gives 1 nvmux gpu recover "$GPU_A"
	contains 'all ones' "$(gpu_field "$GPU_A" quarantine)"
	nvmux gpu set-mode "$GPU_B" host
	fault all_ones 0
	nvmux gpu recover "$GPU_A"
	same quarantine null "$(gpu_field "$GPU_A" quarantine)"
	until_ok 30 gpu_is "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-24C >/dev/null
}

case_recovers_only_what_is_quarantined() {
	gives 1 nvmux gpu recover "$GPU_A"
	contains "gpu $GPU_A is not quarantined" "$text"
	gives 3 nvmux gpu recover 0000:99:00.0
}

need_daemon
[ -e "/sys/kernel/debug/nvmux_sim/$GPU_A" ] || skip_all 'the faults need the simulator'
run_cases plan_is_what_happens holders_are_who_refuses waits_until_it_is_idle \
	recovers_a_dead_board recovers_only_what_is_quarantined
