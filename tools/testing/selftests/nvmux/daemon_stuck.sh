#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A child of the daemon that the kernel holds in D state, where no signal reaches it (I8): its GPU
# is quarantined, all others are served, and when it comes back after all the GPU is of use again.
#
# A file on a frozen file system stands for the one of sysfs: who writes to it sleeps so.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

FROZEN=/run/nvmux-test-frozen
CREATE=$SYS/$GPU_A/mdev_supported_types/nvmux-A30-24C/create

thaw() {
	fsfreeze -u $FROZEN 2>/dev/null || true
	umount -l "$CREATE" 2>/dev/null || true
	umount -l $FROZEN 2>/dev/null || true
}

setup() {
	thaw
	rm -rf /etc/nvmux/nvmux.conf.d
	daemon_pause
	mkdir -p /etc/nvmux/nvmux.conf.d $FROZEN
	printf '[daemon]\nwrite-timeout=3\n' >/etc/nvmux/nvmux.conf.d/90-test.conf
	daemon_fresh
}

teardown() {
	thaw
	daemon_stop
	rm -rf /etc/nvmux/nvmux.conf.d
	"$TOOL" reset
}

freeze() {
	truncate -s 8M /run/nvmux-test-disk
	mkfs.ext4 -q -F /run/nvmux-test-disk
	mount -o loop /run/nvmux-test-disk $FROZEN
	: >$FROZEN/create
	mount --bind $FROZEN/create "$CREATE"
	fsfreeze -f $FROZEN
}

# Children of the daemon that sleep so deep.
sleepers() {
	ps -o pid=,stat= --ppid "$(daemon_pid)" | awk '$2 ~ /^D/' | wc -l
}

case_a_stuck_child_does_not_take_the_daemon_along() {
	local start
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" vgpu
	freeze
	gives 8 nvmux vgpu create "$GPU_A" A30-24C
	same 'children in D state' 1 "$(sleepers)"
	contains 'does not come back' "$(gpu_field "$GPU_A" quarantine)"
	gpu_is "$GPU_A" vgpu
	start=$SECONDS
	gives 1 nvmux vgpu create "$GPU_A" A30-24C
	contains "gpu $GPU_A is quarantined: a write to" "$text"
	gives 1 nvmux gpu set-mode "$GPU_A" host
	contains 'does not come back' "$text"
	nvmux vgpu delete "$(nvmux vgpu create "$GPU_B" A30-24C)"
	nvmux vgpu delete "$(nvmux vgpu create --type A30-24C)"
	nvmux gpu set-mode "$GPU_B" passthrough
	[ $((SECONDS - start)) -lt 30 ]
	same 'children in D state' 1 "$(sleepers)"
	thaw
	until_ok 20 is_of_use
	same 'children in D state' 0 "$(sleepers)"
	nvmux vgpu create "$GPU_A" A30-24C >/dev/null
}

is_of_use() { [ "$(gpu_field "$GPU_A" quarantine)" = null ]; }

# It is not waited for when the daemon is restarted either.
case_a_stuck_child_does_not_keep_the_next_daemon() {
	nvmux gpu set-mode "$GPU_A" vgpu
	freeze
	gives 8 nvmux vgpu create "$GPU_A" A30-24C
	kill -9 "$(daemon_pid)"
	until_ok 60 nvmux gpu list
	gpu_is "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" vgpu
	thaw
	nvmux vgpu create "$GPU_A" A30-24C >/dev/null
}

need_daemon
need_program mkfs.ext4 fsfreeze ps
modprobe -q loop || skip_all 'needs a loop device'
run_cases a_stuck_child_does_not_take_the_daemon_along \
	a_stuck_child_does_not_keep_the_next_daemon
