#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# At boot libvirt waits until each GPU is in its configured mode, or has a reason why not, and the
# daemon gets the time that this takes.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=around.sh
. "$(dirname "$0")/around.sh"

SHORT=/run/systemd/system/nvmuxd.service.d/90-test.conf

setup() {
	systemctl stop nvmux-ready.target "$LIBVIRT" 2>/dev/null || true
	daemon_stop
	around_clean
	rm -rf /etc/nvmux/gpus.d
	[ ! -e "$SHORT" ] || { rm "$SHORT" && systemctl daemon-reload; }
	"$TOOL" reset
}

teardown() { setup; }

first_of() {
	local unit
	for unit; do
		if [ -e "/usr/lib/systemd/system/$unit" ]; then
			echo "$unit"
			return
		fi
	done
}

LIBVIRT=$(first_of libvirtd.service virtqemud.service)

configure_mode() { # GPU MODE
	mkdir -p /etc/nvmux/gpus.d
	printf '[gpu]\nmode=%s\n' "$2" >"/etc/nvmux/gpus.d/$1.conf"
}

slow_hook() { # SECONDS
	hook_make 50-slow <<-END
		#!/bin/sh
		[ "\$NVMUX_PHASE" = post ] || sleep $1
	END
}

# As in one transaction of the boot; what comes first is asked for last.
boot() {
	daemon_wanted
	systemctl reset-failed nvmuxd.service 2>/dev/null || true
	systemctl start "$LIBVIRT" nvmux-ready.target
}

# Microseconds since the boot of the host.
active_since() { systemctl show -P ActiveEnterTimestampMonotonic "$1"; }
begun_at() { systemctl show -P InactiveExitTimestampMonotonic "$1"; }

case_libvirt_finds_the_modes() {
	configure_mode "$GPU_A" vgpu
	configure_mode "$GPU_B" passthrough
	slow_hook 3
	boot
	gpu_is "$GPU_A" vgpu
	gpu_is "$GPU_B" passthrough
	[ "$(active_since nvmuxd.service)" -le "$(begun_at nvmux-ready.target)" ]
	[ "$(active_since nvmux-ready.target)" -le "$(begun_at "$LIBVIRT")" ]
}

# One that cannot get there has a reason, and libvirt starts all the same.
case_a_gpu_that_fails_does_not_stop_the_boot() {
	configure_mode "$GPU_A" vgpu
	configure_mode "$GPU_B" vgpu
	hook_make 50-veto <<-END
		#!/bin/sh
		[ "\$NVMUX_GPU" != "$GPU_A" ] || { echo "not this one"; exit 1; }
	END
	boot
	systemctl -q is-active "$LIBVIRT"
	gpu_is "$GPU_A" host vgpu
	contains 'not this one' "$(gpu_field "$GPU_A" pending)"
	gpu_is "$GPU_B" vgpu
}

# The limit of systemd is shorter than what is configured.
case_a_slow_switch_gets_its_time() {
	configure_mode "$GPU_A" vgpu
	slow_hook 14
	mkdir -p "$(dirname "$SHORT")"
	printf '[Service]\nTimeoutStartSec=10\n' >"$SHORT"
	systemctl daemon-reload
	boot
	gpu_is "$GPU_A" vgpu
	same restarts 0 "$(systemctl show -P NRestarts nvmuxd.service)"
}

# Times ten; what stays open stands in hardening.rst.
case_the_sandbox_is_tight() {
	daemon_wanted
	systemd-analyze security --threshold=30 nvmuxd.service >/dev/null
}

need_daemon
[ -n "$LIBVIRT" ] || skip_all 'libvirt is not installed'
run_cases libvirt_finds_the_modes a_gpu_that_fails_does_not_stop_the_boot \
	a_slow_switch_gets_its_time the_sandbox_is_tight
