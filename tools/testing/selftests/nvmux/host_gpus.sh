#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests on the GPUs of a host, NVMUX_BDF and NVMUX_BDF_2, leave them as they were. The simulated
# ones play the host's here: pci-stub drives them, as somebody else's driver would.
DIR=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib.sh
. "$DIR/lib.sh"

[ -z "${NVMUX_BDF:-}" ] || skip_all "this plays with the drivers of the host"
modprobe -q pci-stub || skip_all "no pci-stub, which plays a driver of the host"

on_host() { # COMMAND...
	(cd "$HERE" && NVMUX_BDF=$GPU_A NVMUX_BDF_2=$GPU_B "$@")
}

host_drives() { # GPU
	echo pci-stub >"$SYS/$1/driver_override"
	echo "$1" >/sys/bus/pci/drivers/pci-stub/bind
}

setup() {
	"$TOOL" reset
	host_drives "$GPU_A"
}

teardown() { "$TOOL" reset; }

as_before() {
	same "driver of $GPU_A" pci-stub "$(driver_of "$GPU_A")"
	same "override of $GPU_A" pci-stub "$(cat "$SYS/$GPU_A/driver_override")"
	same "driver of $GPU_B" "" "$(driver_of "$GPU_B")"
	same "override of $GPU_B" "(null)" "$(cat "$SYS/$GPU_B/driver_override")"
}

case_program_restores_drivers() {
	on_host ./gpu_mode_test -t roles_are_swapped_again_and_again
	as_before
}

case_script_restores_drivers() {
	on_host ./mdevctl.sh
	as_before
}

case_program_restores_modes() {
	"$TOOL" mode "$GPU_B" vgpu
	on_host ./mdev_files_test
	same "mode of $GPU_B" vgpu "$(mode_of "$GPU_B")"
}

# What others have made is not deleted.
case_hosts_vgpus_are_left_alone() {
	"$TOOL" mode "$GPU_B" vgpu
	create "$GPU_B" A30-4C "$UUID_1"
	gives 4 on_host ./mdev_files_test
	contains "SKIP there are vgpus" "$text"
	gives 4 on_host ./mdevctl.sh
	same "state of $UUID_1" published "$(state_of "$UUID_1")"
}

run_cases program_restores_drivers script_restores_drivers program_restores_modes \
	hosts_vgpus_are_left_alone
