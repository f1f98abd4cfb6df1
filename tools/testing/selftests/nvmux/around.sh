# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For tests of what happens around a switch: a driver of the host that is played by pci-stub, a
# service that is, and hooks.

UNIT=nvmux-test-user.service
UNIT_FILE=/run/systemd/system/$UNIT
HOOKS=/etc/nvmux/hooks.d
HOOKS_LOG=/run/nvmux-test-hooks
NVMUX_CONF=/etc/nvmux/nvmux.conf.d/90-test.conf
export UNIT HOOKS HOOKS_LOG NVMUX_CONF

# An idle process; $1: more lines for [Service]. systemd reads all units again for one that is new.
unit_make() {
	local text=$'[Service]\nExecStart=/bin/sleep infinity'${1:+$'\n'$1}
	if [ "$(cat "$UNIT_FILE" 2>/dev/null)" != "$text" ]; then
		printf '%s\n' "$text" >"$UNIT_FILE"
		systemctl daemon-reload
	fi
	systemctl restart "$UNIT"
}

unit_end() {
	systemctl kill -s KILL "$UNIT" 2>/dev/null || true
	systemctl stop "$UNIT" 2>/dev/null || true
	systemctl reset-failed "$UNIT" 2>/dev/null || true
}

unit_runs() { systemctl -q is-active "$UNIT"; }

# Another one each time that it has been started.
unit_life() { systemctl show -P InvocationID "$UNIT"; }

configure() { # LINES...
	mkdir -p "$(dirname "$NVMUX_CONF")"
	printf '%s\n' "$@" >"$NVMUX_CONF"
}

hook_make() { # NAME, text on stdin
	mkdir -p "$HOOKS"
	cat >"$HOOKS/$1"
	chmod 755 "$HOOKS/$1"
}

# Tells what it was told, one line each time.
hook_teller() {
	hook_make 50-tell <<-END
		#!/bin/sh
		echo "\$NVMUX_PHASE \$NVMUX_GPU \$NVMUX_OLD_MODE>\$NVMUX_NEW_MODE \$NVMUX_RESULT" >>$HOOKS_LOG
	END
}

around_clean() {
	unit_end
	rm -rf "$HOOKS" "$HOOKS_LOG" "$NVMUX_CONF" /run/nvmux/services /run/nvmux/switches
}

# As a board whose driver is loaded at boot.
host_driver() { # GPU
	modprobe -q pci-stub
	echo pci-stub >"$SYS/$1/driver_override"
	echo "$1" >/sys/bus/pci/drivers_probe
	same driver pci-stub "$(driver_of "$1")"
}
