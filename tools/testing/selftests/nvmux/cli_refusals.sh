#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the command line refuses: the exit status that scripts rely on, one line that says why,
# and nothing has changed.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup() { daemon_fresh; }
teardown() { daemon_stop && "$TOOL" reset; }

# A refusal is one line on stderr, and the host is as before. A program that counts which of its
# lines are reached says there what nobody may write down.
refused() { # STATUS PART COMMAND...
	local status=$1 part=$2 before
	shift 2
	before=$(world)
	gives "$status" "$@"
	contains "nvmux: " "$text"
	contains "$part" "$text"
	same lines 1 "$(grep -vc '^profiling:' <<<"$text")"
	same_world "$before"
}

case_usage() {
	gives 2 nvmux nonsense
	gives 2 nvmux gpu nonsense
	gives 2 nvmux gpu list --nonsense
	gives 2 nvmux gpu set-mode "$GPU_A"
	gives 2 nvmux gpu set-mode "$GPU_A" nonsense
	gives 2 nvmux gpu set-mode "$GPU_A" vgpu more
	refused 2 not-a-uuid nvmux vgpu create "$GPU_A" A30-4C --uuid not-a-uuid
}

case_not_found() {
	refused 3 0000:99:00.0 nvmux gpu show 0000:99:00.0
	refused 3 0000:99:00.0 nvmux gpu set-mode 0000:99:00.0 vgpu
	refused 3 "$UUID_1" nvmux vgpu show "$UUID_1"
	refused 3 "$UUID_1" nvmux vgpu delete "$UUID_1"
}

case_wrong_mode() {
	refused 1 "gpu $GPU_A is in host mode" nvmux vgpu create "$GPU_A" A30-4C
	nvmux gpu set-mode "$GPU_A" passthrough
	refused 1 "gpu $GPU_A is in passthrough mode" nvmux vgpu create "$GPU_A" A30-4C
}

case_busy_with_a_vgpu() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_1" >/dev/null
	refused 4 "$UUID_1" nvmux gpu set-mode "$GPU_A" host
	refused 4 "$UUID_1" nvmux gpu set-mode "$GPU_A" passthrough
	hold open mdev "$UUID_1"
	refused 4 "pid $HOLD_PID (nvmux_tool)" nvmux vgpu delete "$UUID_1"
	refused 4 "$UUID_1" nvmux gpu set-mode "$GPU_A" host
}

case_busy_with_a_tenant() {
	nvmux gpu set-mode "$GPU_A" passthrough
	hold open pci "$GPU_A"
	refused 4 "$GPU_A" nvmux gpu set-mode "$GPU_A" host
	contains "$HOLD_PID" "$text"
	refused 4 "$GPU_A" nvmux gpu set-mode "$GPU_A" vgpu
}

case_full() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-12C >/dev/null
	nvmux vgpu create "$GPU_A" A30-12C >/dev/null
	refused 1 'holds 2 vgpus' nvmux vgpu create "$GPU_A" A30-12C
	refused 1 'size locked by vgpu' nvmux vgpu create "$GPU_A" A30-4C
	refused 3 A30-5C nvmux vgpu create "$GPU_A" A30-5C
}

case_taken_uuid() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-4C --uuid "$UUID_1" >/dev/null
	refused 1 "$UUID_1" nvmux vgpu create "$GPU_A" A30-4C --uuid "$UUID_1"
}

case_definitions() {
	nvmux gpu set-mode "$GPU_A" vgpu
	refused 3 "gpu $GPU_A does not offer type A30-5C" nvmux vgpu define "$GPU_A" A30-5C
	refused 3 'no gpu offers type A30-5C' nvmux vgpu define A30-5C
	refused 1 'the name of the vm cannot be kept' \
		nvmux vgpu define "$GPU_A" A30-4C --vm $'one\ntwo'
	refused 3 "vgpu $UUID_2 is not defined" nvmux vgpu start "$UUID_2"
	create "$GPU_A" A30-4C "$UUID_1"
	until_ok 10 nvmux vgpu show "$UUID_1"
	refused 5 'its owner is foreign' nvmux vgpu define "$GPU_A" A30-4C --uuid "$UUID_1"
}

# What no command of ours sends.
case_calls_by_hand() {
	local define='busctl call org.nvmux1 /org/nvmux1 org.nvmux1.Manager DefineVgpu sssa{sv}'
	nvmux gpu set-mode "$GPU_A" vgpu
	# shellcheck disable=SC2086
	gives 1 $define "$GPU_A" A30-4C not-a-uuid 0
	contains 'uuid "not-a-uuid" is malformed' "$text"
	# shellcheck disable=SC2086
	gives 1 $define "$GPU_A" A30-4C '' 1 colour s red
	contains 'option "colour" is not known' "$text"
	same definitions '' "$(nvmux vgpu list --defined | tail -n +2)"
}

# Everybody may look, only root may change.
case_others_may_look() {
	local nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
	nvmux gpu set-mode "$GPU_A" vgpu
	# shellcheck disable=SC2086
	gives 0 $nobody nvmux gpu list
	# shellcheck disable=SC2086
	refused 1 org.nvmux1.manage-mode $nobody nvmux gpu set-mode "$GPU_A" host
	# shellcheck disable=SC2086
	refused 1 org.nvmux1.manage-vgpu $nobody nvmux vgpu create "$GPU_A" A30-4C
}

case_daemon_is_down() {
	daemon_stop
	gives 7 nvmux gpu list
	contains 'nvmux: ' "$text"
	gives 7 nvmux gpu set-mode "$GPU_A" vgpu
	same mode host "$(mode_of "$GPU_A")"
}

case_json_is_json() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-4C --uuid "$UUID_1" >/dev/null
	nvmux gpu list --json | jq -e '.version == 1 and (.gpus | length >= 2)' >/dev/null
	nvmux type list "$GPU_A" --json | jq -e '.types | length == 10' >/dev/null
	nvmux vgpu list --json | jq -e '.vgpus[0].uuid' >/dev/null
	nvmux vm list --json | jq -e '.vms == []' >/dev/null
}

need_daemon
run_cases usage not_found wrong_mode busy_with_a_vgpu busy_with_a_tenant full taken_uuid \
	definitions calls_by_hand others_may_look daemon_is_down json_is_json
