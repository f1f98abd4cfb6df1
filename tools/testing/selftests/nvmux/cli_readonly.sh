#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An /etc that takes nothing: what is done cannot be kept over a reboot, and whoever has asked is
# told so; what would only be kept is refused.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

ETC=/etc/nvmux

# A copy of what is there, which cannot be written. The daemon, which has mounts of its own, finds
# that when it starts.
freeze_etc() {
	local copy
	copy=$(mktemp -d)
	cp -r $ETC/. "$copy"
	mount -t tmpfs -o mode=0755 frozen $ETC
	cp -r "$copy/." $ETC
	mount -o remount,ro $ETC
	rm -r "$copy"
	systemctl restart nvmuxd.service
	until_ok 20 nvmux gpu list
}

thaw_etc() {
	while mountpoint -q $ETC; do
		umount -l $ETC
	done
}

setup() {
	daemon_pause
	thaw_etc
	daemon_fresh
	rm -rf $ETC/vgpus.d
}

teardown() {
	daemon_stop
	thaw_etc
	"$TOOL" reset
}

case_mode_is_reached_and_not_kept() {
	freeze_etc
	gives 1 nvmux gpu set-mode "$GPU_A" vgpu
	contains "gpu $GPU_A is in vgpu mode, but that cannot be kept: Read-only file system" "$text"
	same mode vgpu "$(mode_of "$GPU_A")"
	same configured null "$(gpu_field "$GPU_A" configured_mode)"
}

case_mode_cannot_wait() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-4C --uuid "$UUID_1" >/dev/null
	freeze_etc
	gives 1 nvmux gpu set-mode "$GPU_A" passthrough --when-idle
	contains "gpu $GPU_A: that it shall be in passthrough mode cannot be kept" "$text"
	nvmux vgpu delete "$UUID_1"
	sleep 2
	same mode vgpu "$(mode_of "$GPU_A")"
}

case_partition_is_made_and_not_kept() {
	nvmux gpu set-mode "$GPU_A" vgpu
	freeze_etc
	gives 1 nvmux gpu set-partition "$GPU_A" mig
	contains "gpu $GPU_A is divided mig, but that cannot be kept" "$text"
	same partition mig "$(gpu_field "$GPU_A" partition)"
}

case_definition_is_refused() {
	nvmux gpu set-mode "$GPU_A" vgpu
	freeze_etc
	gives 1 nvmux vgpu define "$GPU_A" A30-4C --uuid "$UUID_1"
	contains "the definition of vgpu $UUID_1 cannot be kept" "$text"
	same definitions '' "$(nvmux vgpu list --defined | tail -n +2)"
}

case_definition_stays() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu define "$GPU_A" A30-4C --uuid "$UUID_1" >/dev/null
	freeze_etc
	gives 1 nvmux vgpu undefine "$UUID_1"
	contains "the definition of vgpu $UUID_1 cannot be removed" "$text"
	contains "$UUID_1" "$(nvmux vgpu list --defined)"
}

need_daemon
run_cases mode_is_reached_and_not_kept mode_cannot_wait partition_is_made_and_not_kept \
	definition_is_refused definition_stays
