#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vGPUs made and removed by commands, on the same GPU.
#
#	vgpu.sh one|many|floor
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

TYPE=A30-4C
MANY=6

# In $ID, without a process of its own, which would count.
set_id() { printf -v ID '22222222-aaaa-4aaa-8aaa-%012d' "$1"; }

nvmux_one() {
	nvmux vgpu create "$GPU" $TYPE --uuid "$UUID"
	nvmux vgpu delete "$UUID"
}

nvmux_many() {
	local uuids
	uuids=$(nvmux vgpu create "$GPU" $TYPE --count $MANY)
	# shellcheck disable=SC2086
	nvmux vgpu delete $uuids
}

nvmux_floor() {
	nvmux --version
	nvmux --version
}

mdevctl_start_stop() { # HOW-MANY
	local i
	for ((i = 1; i <= $1; i++)); do
		set_id "$i"
		mdevctl start -u "$ID" -p "$GPU" -t nvmux-$TYPE
	done
	for ((i = 1; i <= $1; i++)); do
		set_id "$i"
		mdevctl stop -u "$ID"
	done
}

mdevctl_one() { mdevctl_start_stop 1; }
mdevctl_many() { mdevctl_start_stop $MANY; }
mdevctl_floor() { mdevctl_start_stop 1; }

daemon_start
nvmux gpu set-mode "$GPU" vgpu
alternate "nvmux_$1" "mdevctl_$1"
