#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# nvmux and its boards come and go, in any order and in any mode.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# A daemon that another test has left would load the module again.
setup() {
	systemctl -q stop nvmuxd.service 2>/dev/null || true
	modprobe nvmux
	[ -e /sys/module/nvmux_sim ] || modprobe nvmux_sim preset=lab
	"$TOOL" reset
}

case_gpu_in_vgpu_mode_goes_back_to_the_host() {
	"$TOOL" mode "$GPU_A" vgpu
	rmmod nvmux
	same driver '' "$(driver_of "$GPU_A")"
	same override '(null)' "$(cat "$SYS/$GPU_A/driver_override")"
	[ ! -e "$SYS/$GPU_A/mdev_supported_types" ]
	modprobe nvmux
	same mode host "$(mode_of "$GPU_A")"
}

# A VM may be using it: whoever unloads the module must not take it away.
case_gpu_in_passthrough_mode_stays() {
	"$TOOL" mode "$GPU_A" passthrough
	hold open pci "$GPU_A"
	rmmod nvmux
	same driver vfio-pci "$(driver_of "$GPU_A")"
	modprobe nvmux
	same mode passthrough "$(mode_of "$GPU_A")"
	gives 1 "$TOOL" mode "$GPU_A" host
}

case_vgpu_keeps_the_module() {
	"$TOOL" mode "$GPU_A" vgpu
	create "$GPU_A" A30-4C "$UUID_1"
	gives 1 rmmod nvmux
	same state published "$(state_of "$UUID_1")"
	hold open mdev "$UUID_1"
	gives 1 rmmod nvmux
	same state open "$(state_of "$UUID_1")"
}

case_reservation_keeps_the_module() {
	"$TOOL" mode "$GPU_A" vgpu
	hold reserve "$GPU_A" A30-4C "$UUID_1"
	gives 1 rmmod nvmux
	let_go
	rmmod nvmux
}

case_boards_go_first() {
	"$TOOL" mode "$GPU_A" vgpu
	"$TOOL" mode "$GPU_B" passthrough
	rmmod nvmux_sim
	same mode none "$(mode_of "$GPU_A")"
	rmmod nvmux
}

case_boards_come_last() {
	rmmod nvmux nvmux_sim
	modprobe nvmux
	same mode none "$(mode_of "$GPU_A")"
	modprobe nvmux_sim preset=lab
	same mode host "$(mode_of "$GPU_A")"
	"$TOOL" mode "$GPU_A" vgpu
}

# Somebody asks all the time meanwhile.
case_again_and_again() {
	local asker
	while :; do "$TOOL" vgpus || true; done >/dev/null 2>&1 &
	asker=$!
	for _ in 1 2 3 4 5; do
		"$TOOL" mode "$GPU_A" vgpu
		until_ok 10 rmmod nvmux
		modprobe nvmux
	done
	kill $asker
	wait $asker || true
	same mode host "$(mode_of "$GPU_A")"
}

[ "$(id -u)" = 0 ] || skip_all "modules are loaded by root"
modinfo nvmux_sim >/dev/null 2>&1 || skip_all "real boards cannot be unplugged"
run_cases gpu_in_vgpu_mode_goes_back_to_the_host gpu_in_passthrough_mode_stays \
	vgpu_keeps_the_module reservation_keeps_the_module boards_go_first boards_come_last \
	again_and_again
