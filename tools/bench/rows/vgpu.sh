#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One vGPU made and removed by a command, on the same GPU.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

TYPE=A30-4C
MDEVCTL_UUID=22222222-aaaa-4aaa-8aaa-000000000002

by_nvmux() {
	nvmux vgpu create "$GPU" $TYPE --uuid "$UUID"
	nvmux vgpu delete "$UUID"
}

by_mdevctl() {
	mdevctl start -u $MDEVCTL_UUID -p "$GPU" -t nvmux-$TYPE
	mdevctl stop -u $MDEVCTL_UUID
}

daemon_start
nvmux gpu set-mode "$GPU" vgpu
alternate by_nvmux by_mdevctl
