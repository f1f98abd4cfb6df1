#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs inside the test VM, which plays the KVM host: one GPU whole for one VM, another shared,
# forbidden mixtures refused with the reason, then the roles are swapped without a reboot.
set -u

here=$(dirname "$0")
GPU_A=0001:81:00.0
GPU_B=0001:e2:00.0
UUID_1=11111111-aaaa-4aaa-8aaa-000000000001
UUID_2=22222222-bbbb-4bbb-8bbb-000000000002
UUID_3=33333333-cccc-4ccc-8ccc-000000000003
GIB=$((1 << 30))
# shellcheck source=tools/demo/lib.sh
. "$here/lib.sh"
# shellcheck source=tools/demo/domains.sh
. "$here/domains.sh"

gpu_field() { # GPU FIELD
	nvmux gpu list --json | jq -r --arg g "$1" --arg f "$2" \
		'.gpus[] | select(.address == $g) | .[$f] | if type == "array" then join(",") else . end'
}

expect_modes() { # GPU ACTIVE CONFIGURED
	expect_equal "$1 active mode" "$2" "$(gpu_field "$1" active_mode)"
	expect_equal "$1 configured mode" "$3" "$(gpu_field "$1" configured_mode)"
}

story_begin() {
	say "the host has two GPUs, both are the host's"
	expect_ok systemctl start nvmuxd.service
	run nvmux gpu list
	expect_equal "$GPU_A active mode" host "$(gpu_field $GPU_A active_mode)"
	expect_equal "$GPU_B active mode" host "$(gpu_field $GPU_B active_mode)"
}

give_roles() { # WHOLE SHARED
	say "$1 goes whole to a VM, $2 is shared"
	expect_ok nvmux gpu set-mode "$1" passthrough
	expect_ok nvmux gpu set-mode "$2" vgpu
	expect_modes "$1" passthrough passthrough
	expect_modes "$2" vgpu vgpu
	run nvmux type list "$2"
	expect_equal "A30-12C that fit" 2 "$(nvmux type list "$2" --json |
		jq '.types[] | select(.name == "A30-12C") | .available')"
}

create_vgpus() { # GPU
	say "two A30-12C on $1, created by the daemon over netlink"
	expect_ok nvmux vgpu create "$1" A30-12C --uuid $UUID_1
	expect_ok nvmux vgpu create "$1" A30-12C --uuid $UUID_2
	run nvmux vgpu list
	expect_equal "vgpus on $1" 2 "$(gpu_field "$1" vgpu_count)"
	expect_equal "mdev devices" 2 "$(find /sys/bus/mdev/devices -mindepth 1 | wc -l)"
}

start_vms() { # WHOLE SHARED
	say "two VMs: one with all of $1, one with a vGPU of $2"
	define_domain whole "$(nvmux gpu xml "$1")"
	define_domain shared "$(nvmux vgpu xml $UUID_1)"
	expect_ok virsh -q start whole
	expect_ok virsh -q start shared
	check_guest shared 10de:20b7 10de:158f $((16 * GIB))
	check_guest whole 10de:20b7 10de:1532 $((32 * GIB))
	run nvmux gpu list
	expect_equal "VMs on $1" whole "$(gpu_field "$1" vms)"
	expect_equal "VMs on $2" shared "$(gpu_field "$2" vms)"
}

bind_by_hand() { # GPU
	echo "$1" >/sys/bus/pci/drivers/vfio-pci/bind
}

start_defined() { # NAME HOSTDEV-XML
	define_domain "$1" "$2" && virsh -q start "$1"
}

# A domain that must not start is gone again afterwards, so that the host can be compared.
try_domain() { # NAME HOSTDEV-XML
	local rc=0
	start_defined "$1" "$2" || rc=$?
	virsh -q undefine "$1"
	return $rc
}

refusals() { # WHOLE SHARED
	say "what must not be done is refused: who is in the way, and nothing changes"
	expect_refused 4 "$1|qemu-system-x86|vm whole" nvmux gpu set-mode "$1" host
	expect_refused 4 "$2|qemu-system-x86|vm shared" nvmux gpu set-mode "$2" passthrough
	expect_refused 1 "$1|passthrough mode" nvmux vgpu create "$1" A30-12C
	expect_refused 1 "No such device" bind_by_hand "$2"
	expect_refused 1 "gpu $2 is in vgpu mode" try_domain third "$(nvmux gpu xml "$2")"
	expect_refused 1 "one kind per vm" try_domain both \
		"$(nvmux gpu xml "$1") $(nvmux vgpu xml $UUID_2)"
	expect_refused 1 "$2 holds 2 vgpus|A30-12C allows 2" \
		nvmux vgpu create "$2" A30-12C --uuid $UUID_3
	expect_refused 2 "not-a-uuid|malformed" nvmux vgpu create "$2" A30-12C --uuid not-a-uuid
}

stop_all() {
	say "the VMs stop, the vGPUs go"
	stop_domain whole
	stop_domain shared
	expect_ok nvmux vgpu delete $UUID_1
	expect_ok nvmux vgpu delete $UUID_2
	expect_equal "mdev devices" 0 "$(find /sys/bus/mdev/devices -mindepth 1 | wc -l)"
}

story_end() {
	say "back to the host, modules away"
	expect_ok nvmux gpu set-mode $GPU_A host
	expect_ok nvmux gpu set-mode $GPU_B host
	expect_ok systemctl stop nvmuxd.service
	expect_ok rmmod nvmux nvmux_sim
	expect_equal "functions left on the bus" 0 \
		"$(find /sys/bus/pci/devices -name '0001:*' | wc -l)"
	expect_equal "kernel warnings" "" "$(dmesg -l warn,err,crit,alert,emerg |
		grep -E 'nvmux|WARNING|BUG|Call Trace|DMAR|vfio' | grep -v 'taints kernel\|verification failed')"
}

story_begin
give_roles $GPU_A $GPU_B
create_vgpus $GPU_B
start_vms $GPU_A $GPU_B
refusals $GPU_A $GPU_B
stop_all
say "the roles are swapped without a reboot"
give_roles $GPU_B $GPU_A
create_vgpus $GPU_A
start_vms $GPU_B $GPU_A
stop_all
story_end

printf '\n%d checks, %d failed\n' $checked $failed
[ $failed = 0 ]
