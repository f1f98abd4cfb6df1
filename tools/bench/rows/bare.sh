#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Gives a function to another driver by bare sysfs, and resets it in between. Starts no program.
#
#	bare.sh FUNCTION OVERRIDE
#
# An empty override lets the kernel choose the driver. The function is given away when its firmware
# has had BOOT_MS after the reset. NEVER is a fifo into which nobody writes: reading it is how a
# shell waits by itself. A shell that reads this file gets the functions only.
set -eu

reset() { echo 1 >"/sys/bus/pci/devices/$1/reset"; }

reset_and_wait() { # FUNCTION
	local end=$((${EPOCHREALTIME/./} + BOOT_MS * 1000)) left text
	reset "$1"
	left=$((end - ${EPOCHREALTIME/./}))
	((left > 0)) || return 0
	printf -v text 0.%06d $left
	read -r -t "$text" <>"$NEVER" || true
}

bare_driver() { # RESET FUNCTION OVERRIDE
	echo "$2" >"/sys/bus/pci/devices/$2/driver/unbind"
	echo "$3" >"/sys/bus/pci/devices/$2/driver_override"
	"$1" "$2"
	echo "$2" >/sys/bus/pci/drivers_probe
}

[ "${BASH_SOURCE[0]}" != "$0" ] || bare_driver reset_and_wait "$@"
