#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the test VM, after the reboot, beside the other units of the boot, and touches nothing:
# is the host what it was configured to be? Prints KTAP.
# shellcheck source=../selftests/nvmux/lib.sh
. /mnt/share/kselftest/nvmux/lib.sh

setup() { :; }

vgpu_state() { nvmux vgpu show "$1" --json | jq -r '.vgpus[0] | "\(.state) \(.vm)"'; }
domain_runs() { [ "$(virsh domstate "$1" --reason)" = 'running (booted)' ]; }
active_since() { systemctl show -P ActiveEnterTimestampMonotonic "$1"; }
begun_at() { systemctl show -P InactiveExitTimestampMonotonic "$1"; }

case_the_boot_comes_to_its_end() {
	until_ok 120 systemctl -q is-active multi-user.target
	same failed '' "$(systemctl --failed --plain --no-legend)"
}

case_each_gpu_is_in_its_configured_mode() {
	gpu_is "$GPU_A" vgpu
	gpu_is "$GPU_B" passthrough
}

case_libvirt_has_waited_for_that() {
	[ "$(active_since nvmuxd.service)" -gt 0 ]
	[ "$(active_since nvmux-ready.target)" -ge "$(active_since nvmuxd.service)" ]
	[ "$(begun_at libvirtd.service)" -ge "$(active_since nvmux-ready.target)" ]
}

case_vms_with_autostart_run() {
	until_ok 60 domain_runs web
	until_ok 60 domain_runs solver
	same web 'open web' "$(vgpu_state "$UUID_1")"
	same solver solver "$(gpu_field "$GPU_B" 'vms | join(",")')"
}

# One is defined and waits to be started, one was made for that boot only.
case_no_other_vgpu_is_there() {
	same state none "$(state_of "$UUID_2")"
	same state none "$(state_of "$UUID_3")"
	same vgpus 1 "$("$TOOL" vgpus)"
	contains "$UUID_2" "$(nvmux vgpu list --defined)"
}

case_what_is_in_use_stays() {
	gives 4 nvmux gpu set-mode "$GPU_A" host
	contains web "$text"
	gives 4 nvmux gpu set-mode "$GPU_B" host
	contains solver "$text"
	gpu_is "$GPU_A" vgpu
	gpu_is "$GPU_B" passthrough
}

run_cases the_boot_comes_to_its_end each_gpu_is_in_its_configured_mode \
	libvirt_has_waited_for_that vms_with_autostart_run no_other_vgpu_is_there \
	what_is_in_use_stays
