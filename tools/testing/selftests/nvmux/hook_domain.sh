#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The libvirt hook, called as libvirt calls it: which domains may start (I6), and that nothing
# but a start is ever refused.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# A is shared and has one vGPU, B is for one VM.
setup() {
	daemon_fresh
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" passthrough
	nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_1" >/dev/null
}

teardown() { daemon_stop && "$TOOL" reset; }

mdev() { # UUID
	echo "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>
		<source><address uuid='$1'/></source></hostdev>"
}

pci() { # GPU
	local domain bus rest
	IFS=: read -r domain bus rest <<<"$1"
	echo "<hostdev mode='subsystem' type='pci' managed='no'><source>
		<address domain='0x$domain' bus='0x$bus' slot='0x${rest%.*}' function='0x${rest#*.}'/>
		</source></hostdev>"
}

# The number makes name and uuid, so that two of them are two VMs.
domain() { # NUMBER DEVICES
	echo "<domain type='qemu'><name>vm$1</name>
		<uuid>6f2b0a1c-0000-4000-8000-00000000000$1</uuid>
		<devices>$2</devices></domain>"
}

# A domain whose metadata asks for a vGPU of its own.
wish() { # NUMBER OPERATION SUB UUID TYPE
	domain "$1" "$(mdev "$4")" | sed "s,<devices>,<metadata>\
		<n:vgpus xmlns:n='urn:nvmux:domain:1'><n:vgpu uuid='$4' type='$5'/></n:vgpus>\
		</metadata><devices>," | "$HOOK" "vm$1" "$2" "$3" -
}

hook() { # NUMBER OPERATION SUB DEVICES
	domain "$1" "$4" | "$HOOK" "vm$1" "$2" "$3" -
}

prepare() { hook "$1" prepare begin "$2"; }
release() { hook "$1" release end "$2"; }

refused() { # PART NUMBER DEVICES
	gives 1 prepare "$2" "$3"
	contains 'nvmux: ' "$text"
	contains "$1" "$text"
}

case_good_domains() {
	gives 0 prepare 1 ''
	same output '' "$text"
	gives 0 prepare 2 "$(mdev "$UUID_1")"
	gives 0 prepare 3 "$(pci "$GPU_B")"
	same vm vm2 "$(nvmux vgpu show "$UUID_1" --json | jq -r '.vgpus[0].vm // .vgpus[0].vms[0]')"
	gives 0 release 2 "$(mdev "$UUID_1")"
	gives 0 release 3 "$(pci "$GPU_B")"
	gives 0 release 1 ''
}

case_both_kinds_in_one_vm() {
	refused 'one kind per vm' 1 "$(mdev "$UUID_1")$(pci "$GPU_B")"
	contains "$GPU_B" "$text"
	contains "$UUID_1" "$text"
	gives 0 release 1 "$(mdev "$UUID_1")$(pci "$GPU_B")"
	gives 0 prepare 2 "$(mdev "$UUID_1")"
}

case_vgpu_for_as_long_as_the_vm() {
	gives 0 wish 1 prepare begin "$UUID_2" A30-12C
	same owner auto "$(nvmux vgpu show "$UUID_2" --json | jq -r '.vgpus[0].owner')"
	gives 1 wish 2 prepare begin "$UUID_2" A30-12C
	contains 'claimed by vm vm1' "$text"
	gives 0 wish 2 release end "$UUID_2" A30-12C
	same state published "$(state_of "$UUID_2")"
	gives 1 wish 3 prepare begin "$UUID_3" A30-12C
	contains 'no gpu has room' "$text"
	gives 0 wish 1 release end "$UUID_2" A30-12C
	same state none "$(state_of "$UUID_2")"
	gives 0 wish 1 prepare begin "$UUID_2" A30-12C
	kill -9 "$(daemon_pid)"
	until_ok 30 nvmux gpu list
	gives 0 wish 1 release end "$UUID_2" A30-12C
	same state none "$(state_of "$UUID_2")"
	same state published "$(state_of "$UUID_1")"
}

case_gpu_in_the_wrong_mode() {
	refused "gpu $GPU_A is in vgpu mode" 1 "$(pci "$GPU_A")"
	nvmux vgpu delete "$UUID_1"
	nvmux gpu set-mode "$GPU_A" host
	refused "gpu $GPU_A is in host mode" 1 "$(pci "$GPU_A")"
}

case_vgpu_that_is_missing() {
	refused "$UUID_2" 1 "$(mdev "$UUID_2")"
}

case_claimed_by_another_vm() {
	gives 0 prepare 1 "$(mdev "$UUID_1")"
	refused 'claimed by vm vm1' 2 "$(mdev "$UUID_1")"
	gives 0 release 2 "$(mdev "$UUID_1")"
	refused 'claimed by vm vm1' 2 "$(mdev "$UUID_1")"
	gives 0 release 1 "$(mdev "$UUID_1")"
	gives 0 prepare 2 "$(mdev "$UUID_1")"
}

case_claim_outlives_the_daemon() {
	gives 0 prepare 1 "$(pci "$GPU_B")"
	kill -9 "$(daemon_pid)"
	until_ok 30 nvmux gpu list
	refused 'claimed by vm vm1' 2 "$(pci "$GPU_B")"
	gives 0 release 1 "$(pci "$GPU_B")"
	gives 0 prepare 2 "$(pci "$GPU_B")"
}

case_vgpu_that_is_open() {
	hold open mdev "$UUID_1"
	refused "$HOLD_PID" 1 "$(mdev "$UUID_1")"
}

# Whatever else libvirt tells, it may go on: a refusal would kill the guest.
case_only_a_start_is_refused() {
	local call
	for call in 'start begin' 'started begin' 'stopped end' 'release end' 'reconnect begin' \
		'migrate begin' 'restore begin' 'nonsense nonsense'; do
		# shellcheck disable=SC2086
		gives 0 "$HOOK" vm1 $call - </dev/null
		gives 0 hook 1 "${call% *}" "${call#* }" "$(mdev "$UUID_1")$(pci "$GPU_B")"
	done
}

garbage() { echo '<domain><hostdev' | "$HOOK" vm1 prepare begin -; }

case_description_that_cannot_be_read() {
	gives 1 garbage
	contains 'nvmux: ' "$text"
}

case_daemon_is_down() {
	daemon_stop
	gives 0 prepare 1 ''
	refused 'nvmuxd is not running' 1 "$(mdev "$UUID_1")"
	refused 'nvmuxd is not running' 1 "$(pci "$GPU_B")"
	refused 'nvmuxd is not running' 1 "$(mdev "$UUID_2")"
	gives 0 hook 1 reconnect begin "$(mdev "$UUID_1")"
}

# Two seconds is what a hook may take; the rest is for an emulated CPU.
case_daemon_does_not_answer() {
	local pid begin
	pid=$(daemon_pid)
	kill -STOP "$pid"
	begin=$SECONDS
	refused 'nvmuxd does not answer' 1 "$(mdev "$UUID_1")"
	gives 0 prepare 2 ''
	[ $((SECONDS - begin)) -lt 15 ]
	kill -CONT "$pid"
	until_ok 30 prepare 1 "$(mdev "$UUID_1")"
}

need_daemon
[ -x "$HOOK" ] || skip_all "the hook is not installed"
run_cases good_domains both_kinds_in_one_vm vgpu_for_as_long_as_the_vm gpu_in_the_wrong_mode vgpu_that_is_missing \
	claimed_by_another_vm claim_outlives_the_daemon vgpu_that_is_open \
	only_a_start_is_refused description_that_cannot_be_read daemon_is_down \
	daemon_does_not_answer
