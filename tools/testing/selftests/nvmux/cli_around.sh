#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Hooks that are run around a switch, and services that stand aside for it and return on every way
# out of it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=around.sh
. "$(dirname "$0")/around.sh"

setup() {
	daemon_pause
	around_clean
	rm -rf /etc/nvmux/gpus.d
	"$TOOL" reset
}

teardown() { setup && daemon_stop; }

# The service is there, the GPU has a driver of the host, and the daemon knows both.
begin() { # LINES of the service
	unit_make "${1:-}"
	host_driver "$GPU_A"
	configure '[gpu]' "stop-services=$UNIT nvmux-test-absent.service" '[daemon]' \
		service-timeout=10 hook-timeout=5
	daemon_start
}

case_service_stands_aside() {
	local life
	begin
	life=$(unit_life)
	nvmux gpu set-mode "$GPU_A" vgpu --detach
	until_ok 20 unit_runs
	[ "$life" != "$(unit_life)" ]
	until_ok 10 [ ! -e /run/nvmux/services ]
	life=$(unit_life)
	nvmux gpu set-mode "$GPU_A" host
	same driver pci-stub "$(driver_of "$GPU_A")"
	same life "$life" "$(unit_life)"
}

case_service_returns_after_a_failure() {
	local life fault=/sys/kernel/debug/nvmux_sim/$GPU_A/all_ones
	[ -e "$fault" ] || return 0
	begin
	life=$(unit_life)
	echo 1 >"$fault"
	gives 1 nvmux gpu set-mode "$GPU_A" vgpu --detach
	echo 0 >"$fault"
	until_ok 20 unit_runs
	[ "$life" != "$(unit_life)" ]
	nvmux gpu recover "$GPU_A" --detach
	until_ok 20 unit_runs
}

case_service_is_left_alone_without_need() {
	local life
	begin
	life=$(unit_life)
	gives 4 nvmux gpu set-mode "$GPU_A" vgpu
	contains 'detach is needed' "$text"
	nvmux gpu set-mode "$GPU_B" vgpu --detach
	same life "$life" "$(unit_life)"
}

case_service_that_does_not_stop_refuses() {
	begin 'ExecStop=/bin/sleep 20'
	gives 8 nvmux gpu set-mode "$GPU_A" vgpu --detach
	contains "service $UNIT does not stop in time" "$text"
	same driver pci-stub "$(driver_of "$GPU_A")"
	until_ok 40 unit_runs
}

case_service_returns_after_the_daemon_has_died() {
	begin 'ExecStop=/bin/sleep 3'
	nvmux gpu set-mode "$GPU_A" vgpu --detach >/dev/null 2>&1 &
	until_ok 20 grep -q "$UNIT" /run/nvmux/services
	kill -9 "$(daemon_pid)"
	wait
	until_ok 40 unit_runs
	until_ok 10 [ ! -e /run/nvmux/services ]
	same driver pci-stub "$(driver_of "$GPU_A")"
	nvmux gpu set-mode "$GPU_A" vgpu --detach
}

case_service_returns_when_the_daemon_is_stopped() {
	begin 'ExecStop=/bin/sleep 3'
	nvmux gpu set-mode "$GPU_A" vgpu --detach >/dev/null 2>&1 &
	until_ok 20 grep -q "$UNIT" /run/nvmux/services
	daemon_stop
	wait
	until_ok 40 unit_runs
}

case_plan_tells_of_both() {
	hook_teller
	begin
	gives 0 nvmux gpu plan "$GPU_A" vgpu --detach
	contains "stop $UNIT if it runs, start it afterwards" "$text"
	contains 'run the hooks, which may refuse' "$text"
	[ ! -e "$HOOKS_LOG" ]
	unit_runs
}

case_hooks_run_before_and_after() {
	hook_teller
	begin
	nvmux gpu set-mode "$GPU_A" vgpu --detach
	until_ok 10 grep -q '^post' "$HOOKS_LOG"
	same hooks "$(printf '%s\n' "pre $GPU_A host>vgpu " "post $GPU_A host>vgpu done")" \
		"$(cat "$HOOKS_LOG")"
}

case_hook_refuses() {
	local life
	hook_teller
	hook_make 60-veto <<-'END'
		#!/bin/sh
		[ "$NVMUX_PHASE" = post ] || { echo "the backup runs"; exit 1; }
	END
	begin
	life=$(unit_life)
	gives 5 nvmux gpu set-mode "$GPU_A" vgpu --detach
	contains "hook 60-veto has failed: the backup runs" "$text"
	same driver pci-stub "$(driver_of "$GPU_A")"
	same life "$life" "$(unit_life)"
	gpu_is "$GPU_A" host null
	until_ok 10 grep -q '^post.* refused' "$HOOKS_LOG"
}

# Its children, too, are killed.
case_hook_that_hangs_refuses() {
	hook_make 60-hang <<-'END'
		#!/bin/sh
		[ "$NVMUX_PHASE" = post ] || { sleep 4711 & wait; }
	END
	begin
	gives 5 nvmux gpu set-mode "$GPU_A" vgpu --detach
	contains 'hook 60-hang does not come to its end' "$text"
	until_ok 10 nobody_sleeps
	nvmux gpu list >/dev/null
}

nobody_sleeps() { ! pgrep -f '^sleep 4711'; }

case_hooks_are_not_run_for_a_gpu_that_is_held() {
	hook_teller
	begin
	nvmux gpu set-mode "$GPU_B" vgpu
	until_ok 10 grep -q '^post' "$HOOKS_LOG"
	nvmux vgpu create "$GPU_B" A30-24C --uuid "$UUID_1" >/dev/null
	rm "$HOOKS_LOG"
	gives 4 nvmux gpu set-mode "$GPU_B" host
	contains "$UUID_1" "$text"
	[ ! -e "$HOOKS_LOG" ]
}

# default-mode does not count for it, and nobody else does either.
case_excluded_gpu_is_left_alone() {
	configure '[gpu]' "exclude=$GPU_A" default-mode=vgpu
	daemon_start
	gpu_is "$GPU_B" vgpu
	gpu_is "$GPU_A" host null
	gives 5 nvmux gpu set-mode "$GPU_A" vgpu
	contains "gpu $GPU_A is excluded in nvmux.conf" "$text"
	gives 1 nvmux gpu plan "$GPU_A" vgpu
	contains 'is excluded' "$text"
	gpu_is "$GPU_A" host null
}

need_daemon
modprobe -q pci-stub || skip_all 'pci-stub plays the driver of the host'
run_cases service_stands_aside service_returns_after_a_failure \
	service_is_left_alone_without_need service_that_does_not_stop_refuses \
	service_returns_after_the_daemon_has_died service_returns_when_the_daemon_is_stopped \
	plan_tells_of_both hooks_run_before_and_after hook_refuses hook_that_hangs_refuses \
	hooks_are_not_run_for_a_gpu_that_is_held excluded_gpu_is_left_alone
