#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The memory of a whole GPU between two VMs: by command, after the first one, before the second one.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

CONFIGFS=/sys/kernel/config/nvmux_sim
CONF=/etc/nvmux/nvmux.conf.d/50-scrub.conf
GPU=0002:15:00.0

# A board with little memory, so that cleaning it takes a moment only.
board_add() {
	mkdir "$CONFIGFS/scrub"
	echo a10 >"$CONFIGFS/scrub/model"
	echo "$GPU" >"$CONFIGFS/scrub/address"
	echo 64 >"$CONFIGFS/scrub/vram_mib"
	echo 64 >"$CONFIGFS/scrub/bar1_mib"
	echo 1 >"$CONFIGFS/scrub/live"
}

board_del() { [ ! -d "$CONFIGFS/scrub" ] || rmdir "$CONFIGFS/scrub"; }

setup() {
	board_del
	rm -f "$CONF"
	daemon_fresh
	board_add
	until_ok 10 nvmux gpu show "$GPU"
}

teardown() {
	board_del
	rm -f "$CONF"
	daemon_stop && "$TOOL" reset
}

policy() { # POLICY
	printf '[gpu]\nscrub=%s\n' "$1" >"$CONF"
	daemon_start
	until_ok 10 nvmux gpu show "$GPU"
}

hook() { # OPERATION SUB
	echo "<domain type='qemu'><name>vm1</name><uuid>6f2b0a1c-0000-4000-8000-000000000001</uuid>
		<devices><hostdev mode='subsystem' type='pci' managed='no'><source>
		<address domain='0x0002' bus='0x15' slot='0x00' function='0x0'/>
		</source></hostdev></devices></domain>" | "$HOOK" vm1 "$1" "$2" -
}

soiled() { [ "$("$TOOL" soiled "$GPU")" = "$1" ]; }

case_by_command() {
	nvmux gpu set-mode "$GPU" passthrough
	same memory tenant "$(gpu_field "$GPU" memory)"
	"$TOOL" soil "$GPU"
	nvmux gpu scrub "$GPU"
	soiled no
	gpu_is "$GPU" passthrough
	same driver vfio-pci "$(driver_of "$GPU")"
	same left 0 "$(gpu_field "$GPU" scrub_total)"
}

case_by_command_in_host_mode() {
	"$TOOL" soil "$GPU"
	same memory clean "$(nvmux gpu scrub "$GPU" --json | jq -r '.gpus[0].memory')"
	soiled no
}

case_in_use() {
	nvmux gpu set-mode "$GPU" passthrough
	"$TOOL" soil "$GPU"
	hold open pci "$GPU"
	gives 4 nvmux gpu scrub "$GPU"
	contains "gpu $GPU is open through vfio" "$text"
	soiled yes
}

case_after_its_vm() {
	policy between-tenants
	nvmux gpu set-mode "$GPU" passthrough
	gives 0 hook prepare begin
	"$TOOL" soil "$GPU"
	gives 4 nvmux gpu scrub "$GPU"
	contains "gpu $GPU is claimed by vm vm1" "$text"
	soiled yes
	gives 0 hook release end
	until_ok 30 soiled no
	until_ok 30 gpu_is "$GPU" passthrough
	until_ok 30 hook prepare begin
}

# libvirt has died with the VM; the next VM is the first to ask, when the claim of the last one is two
# minutes old.
case_after_a_vm_that_nobody_has_ended() {
	local claim=/run/nvmux/claims/6f2b0a1c-0000-4000-8000-000000000001.json since
	policy between-tenants
	nvmux gpu set-mode "$GPU" passthrough
	gives 0 hook prepare begin
	"$TOOL" soil "$GPU"
	daemon_stop
	since=$(awk '{ printf "%d", ($1 - 110) * 1000000 }' /proc/uptime)
	sed -i "s/\"since\": *[0-9]*/\"since\": $since/" "$claim"
	daemon_start
	soiled yes
	sleep 11
	gives 1 hook prepare begin
	contains 'cleaned after its last tenant' "$text"
	until_ok 30 soiled no
	until_ok 30 hook prepare begin
	gives 0 hook release end
}

# A daemon that has died before it could ask the kernel.
case_owed_to_the_next_daemon() {
	policy between-tenants
	nvmux gpu set-mode "$GPU" passthrough
	"$TOOL" soil "$GPU"
	daemon_stop
	mkdir -p /run/nvmux/unclean
	: >/run/nvmux/unclean/"$GPU"
	daemon_start
	until_ok 30 soiled no
	until_ok 10 [ ! -e /run/nvmux/unclean/"$GPU" ]
}

case_before_the_next_switch() {
	policy between-tenants
	"$TOOL" soil "$GPU"
	nvmux gpu set-mode "$GPU" passthrough
	soiled yes
	nvmux gpu set-mode "$GPU" host
	soiled yes
	nvmux gpu set-mode "$GPU" passthrough
	soiled no
}

case_always() {
	policy always
	"$TOOL" soil "$GPU"
	nvmux gpu set-mode "$GPU" passthrough
	soiled no
}

case_off() {
	nvmux gpu set-mode "$GPU" passthrough
	gives 0 hook prepare begin
	"$TOOL" soil "$GPU"
	gives 0 hook release end
	nvmux gpu set-mode "$GPU" host
	nvmux gpu set-mode "$GPU" passthrough
	soiled yes
}

case_bad_memory() {
	local fault=/sys/kernel/debug/nvmux_sim/$GPU/bad_memory
	nvmux gpu set-mode "$GPU" passthrough
	"$TOOL" soil "$GPU"
	echo 5 >"$fault"
	gives 1 nvmux gpu scrub "$GPU"
	contains "gpu $GPU: memory at 4 MiB does not take zeroes" "$text"
	contains 'memory at 4 MiB' "$(gpu_field "$GPU" quarantine)"
	echo 0 >"$fault"
	nvmux gpu recover "$GPU"
	until_ok 20 gpu_is "$GPU" passthrough
	nvmux gpu scrub "$GPU"
	soiled no
}

# The command shows how far it is to who looks on.
case_progress_on_a_terminal() {
	nvmux gpu set-mode "$GPU" passthrough
	"$TOOL" soil "$GPU"
	text=$(script -qec "nvmux gpu scrub $GPU" /dev/null)
	contains '% clean, step 1 of 1' "$text"
}

need_daemon
[ -d "$CONFIGFS" ] || skip_all "another board needs the simulator"
run_cases by_command by_command_in_host_mode in_use after_its_vm \
	after_a_vm_that_nobody_has_ended owed_to_the_next_daemon before_the_next_switch always off \
	bad_memory progress_on_a_terminal
