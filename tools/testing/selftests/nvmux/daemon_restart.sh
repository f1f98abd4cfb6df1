#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kill -9 of the daemon at any moment, and modules that come and go under it: afterwards what is
# agrees with what was configured, and no capacity is lost (I9).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# A test that fails may have left the modules away.
setup() {
	modprobe nvmux
	[ -e /sys/module/nvmux_sim ] || modprobe -q nvmux_sim preset=lab
	daemon_fresh
}

teardown() { daemon_stop && "$TOOL" reset; }

# systemd starts it again by itself, but gives up on one that dies too often.
daemon_kill() {
	local pid
	systemctl reset-failed nvmuxd.service
	pid=$(daemon_pid)
	[ "$pid" -gt 1 ]
	kill -9 "$pid"
	until_ok 30 daemon_is_another "$pid"
	until_ok 30 nvmux gpu list
}

daemon_is_another() {
	local pid
	pid=$(daemon_pid)
	[ "$pid" -gt 1 ] && [ "$pid" != "$1" ]
}

case_both_gpus_at_first() {
	gpu_is "$GPU_A" host null
	gpu_is "$GPU_B" host null
}

case_everything_is_as_it_was() {
	local before
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" passthrough
	nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_1" >/dev/null
	nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_2" >/dev/null
	hold open mdev "$UUID_1"
	before=$(world)
	daemon_kill
	same_world "$before"
	same state open "$(state_of "$UUID_1")"
}

case_created_behind_its_back() {
	nvmux gpu set-mode "$GPU_A" vgpu
	daemon_stop
	create "$GPU_A" A30-8C "$UUID_1"
	daemon_start
	same type A30-8C "$(nvmux vgpu show "$UUID_1" --json | jq -r '.vgpus[0].type')"
	create "$GPU_A" A30-8C "$UUID_2"
	until_ok 10 nvmux vgpu show "$UUID_2"
}

case_killed_during_a_switch() {
	local i
	for i in 0 0.02 0.1 0.3; do
		nvmux gpu set-mode "$GPU_A" vgpu >/dev/null 2>&1 &
		sleep "$i"
		daemon_kill
		wait
		until_ok 30 converged
		nvmux gpu set-mode "$GPU_A" host
	done
}

# What is configured is what is. Nothing is before the first switch has ended; the kernel ends one
# that has begun, with or without a daemon.
converged() {
	case $(gpu_field "$GPU_A" configured_mode) in
	vgpu) gpu_is "$GPU_A" vgpu ;;
	host) gpu_is "$GPU_A" host ;;
	*) gpu_is "$GPU_A" host null || gpu_is "$GPU_A" vgpu null ;;
	esac
}

# All that was promised exists, and what exists can be used and deleted.
case_killed_during_creation() {
	local i uuid
	nvmux gpu set-mode "$GPU_A" vgpu
	for i in 0 0.01 0.03 0.1; do
		nvmux vgpu create "$GPU_A" A30-24C >/dev/null 2>&1 &
		sleep "$i"
		daemon_kill
		wait
		same reserved 0 "$(nvmux vgpu list --json |
			jq '[.vgpus[] | select(.state == "reserved")] | length')"
		for uuid in $(nvmux vgpu list --json | jq -r '.vgpus[].uuid'); do
			nvmux vgpu delete "$uuid"
		done
		same vgpus 0 "$("$TOOL" vgpus)"
		same available 1 "$(nvmux type list "$GPU_A" --json |
			jq '.types[] | select(.name == "A30-24C") | .available')"
	done
}

case_killed_during_deletion() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-24C --uuid "$UUID_1" >/dev/null
	nvmux vgpu delete "$UUID_1" >/dev/null 2>&1 &
	daemon_kill
	wait
	[ "$("$TOOL" vgpus)" = 0 ] || nvmux vgpu delete "$UUID_1"
	nvmux vgpu create "$GPU_A" A30-24C >/dev/null
}

case_mode_is_restored_after_a_restart() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" passthrough
	daemon_stop
	"$TOOL" reset
	daemon_start
	until_ok 30 gpu_is "$GPU_A" vgpu
	until_ok 30 gpu_is "$GPU_B" passthrough
}

# As an update of the module does it.
case_mode_is_restored_after_a_reload() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" passthrough
	rmmod nvmux
	same driver '' "$(driver_of "$GPU_A")"
	modprobe nvmux
	until_ok 30 gpu_is "$GPU_A" vgpu
	until_ok 30 gpu_is "$GPU_B" passthrough
}

# So fast that the daemon finds the new one before it hears that the old one has gone.
case_mode_is_restored_after_a_reload_unseen() {
	local pid
	nvmux gpu set-mode "$GPU_A" vgpu
	pid=$(daemon_pid)
	kill -STOP "$pid"
	rmmod nvmux
	modprobe nvmux
	kill -CONT "$pid"
	until_ok 30 gpu_is "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-4C >/dev/null
	same pid "$pid" "$(daemon_pid)"
}

case_mode_is_restored_when_the_boards_return() {
	nvmux gpu set-mode "$GPU_A" vgpu
	rmmod nvmux_sim
	until_ok 30 gpu_is_gone "$GPU_A"
	modprobe nvmux_sim preset=lab
	until_ok 30 gpu_is "$GPU_A" vgpu
	until_ok 10 gpu_is "$GPU_B" host null
}

gpu_is_gone() {
	nvmux gpu list --json | jq -e --arg gpu "$1" \
		'[.gpus[] | select(.address == $gpu and .present != false)] == []'
}

case_starts_without_the_module() {
	daemon_stop
	rmmod nvmux
	daemon_start
	modprobe nvmux
	until_ok 30 gpu_is "$GPU_A" host null
}

need_daemon
run_cases both_gpus_at_first everything_is_as_it_was created_behind_its_back \
	killed_during_a_switch killed_during_creation killed_during_deletion \
	mode_is_restored_after_a_restart mode_is_restored_after_a_reload \
	mode_is_restored_after_a_reload_unseen mode_is_restored_when_the_boards_return \
	starts_without_the_module
