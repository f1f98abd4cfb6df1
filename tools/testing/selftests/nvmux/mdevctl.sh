#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mdevctl, which libvirt calls, finds types and devices as with any other mdev driver.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup() {
	"$TOOL" reset && "$TOOL" mode "$GPU_A" vgpu
}

teardown() { "$TOOL" reset; }

# One field of one type, from its JSON.
type_field() { # TYPE FIELD
	mdevctl types --dumpjson |
		jq -r --arg gpu "$GPU_A" --arg type "nvmux-$1" --arg field "$2" \
			'.[][$gpu][][$type][$field] // empty'
}

case_types() {
	same types 10 "$(mdevctl types --parent "$GPU_A" | grep -c '^  nvmux-')"
	same name 'NVIDIA A30-12C' "$(type_field A30-12C name)"
	same device_api vfio-pci "$(type_field A30-12C device_api)"
	same available_instances 2 "$(type_field A30-12C available_instances)"
	contains 'framebuffer=12288M' "$(type_field A30-12C description)"
}

case_no_types_outside_of_vgpu_mode() {
	"$TOOL" mode "$GPU_A" host
	same types '' "$(mdevctl types --parent "$GPU_A" 2>/dev/null)"
}

case_start_list_stop() {
	mdevctl start -u "$UUID_1" -p "$GPU_A" -t nvmux-A30-12C
	same state published "$(state_of "$UUID_1")"
	same list "$UUID_1 $GPU_A nvmux-A30-12C manual" \
		"$(mdevctl list | sed 's/ *(.*//; s/ *$//')"
	same available_instances 1 "$(type_field A30-12C available_instances)"
	mdevctl stop -u "$UUID_1"
	same state none "$(state_of "$UUID_1")"
	same list '' "$(mdevctl list)"
}

case_one_too_many() {
	mdevctl start -u "$UUID_1" -p "$GPU_A" -t nvmux-A30-12C
	mdevctl start -u "$UUID_2" -p "$GPU_A" -t nvmux-A30-12C
	gives 1 mdevctl start -u "$UUID_3" -p "$GPU_A" -t nvmux-A30-12C
	same vgpus 2 "$("$TOOL" vgpus)"
	mdevctl stop -u "$UUID_2"
	mdevctl stop -u "$UUID_1"
}

case_defined_device_is_started_by_uuid() {
	mdevctl define -u "$UUID_1" -p "$GPU_A" -t nvmux-A30-6C
	mdevctl start -u "$UUID_1"
	same state published "$(state_of "$UUID_1")"
	mdevctl stop -u "$UUID_1"
	mdevctl undefine -u "$UUID_1"
}

need_program mdevctl jq
run_cases types no_types_outside_of_vgpu_mode start_list_stop one_too_many \
	defined_device_is_started_by_uuid
