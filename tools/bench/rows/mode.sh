#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# To passthrough and back. nvmux does it with a GPU in vgpu mode. It does not let itself be unbound
# by hand, so the peers do it with the identical board beside it, which pci-stub has in the place
# of a driver of the host: a driver that does nothing, and so costs its peers as little as can be.
#
# Both sides end as they began, with the board reset twice and its firmware up again. Who does not
# reset by himself has it done for him by a bare write to sysfs, and whoever does not look after the
# firmware waits as long as the simulated board needs (BOOT_TIME_MS of sim_regs.c): a board that is
# given away earlier does not work yet. None of that is done in the rows about a mere part. Nobody
# cleans the memory of the board here; nvmux would between two tenants.
#
#	mode.sh netlink|script|bare|driverctl|virsh [trip|part]
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=bare.sh
. "$(dirname "$0")/bare.sh"

NODE=pci_${TWIN//[:.]/_}
NEVER=$(mktemp -u)
BOOT_MS=200
export NEVER BOOT_MS
mkfifo "$NEVER"

nvmux_trip() {
	nvmux gpu set-mode "$GPU" passthrough
	nvmux gpu set-mode "$GPU" vgpu
}

# A command for each switch, as nvmux is one.
script_trip() {
	bare.sh "$TWIN" vfio-pci
	bare.sh "$TWIN" ''
}

# Without a process: this shell writes by itself.
bare_trip() {
	bare_driver reset_and_wait "$TWIN" vfio-pci
	bare_driver reset_and_wait "$TWIN" ''
}

bare_part() {
	bare_driver reset "$TWIN" vfio-pci
	bare_driver reset "$TWIN" ''
}

driverctl_part() {
	driverctl set-override "$TWIN" vfio-pci
	driverctl unset-override "$TWIN"
}

driverctl_trip() {
	driverctl set-override "$TWIN" vfio-pci
	reset_and_wait "$TWIN"
	driverctl unset-override "$TWIN"
	reset_and_wait "$TWIN"
}

virsh_part() {
	virsh -q nodedev-detach "$NODE"
	virsh -q nodedev-reattach "$NODE"
}

virsh_trip() {
	virsh -q nodedev-detach "$NODE"
	reset_and_wait "$TWIN"
	virsh -q nodedev-reattach "$NODE"
	reset_and_wait "$TWIN"
}

driver_of() { basename "$(readlink "$PCI/$1/driver")"; }

# What udev does about one side shall not be counted on the other.
check() {
	udevadm settle
	[ "$(driver_of "$GPU") $(driver_of "$TWIN")" = "nvmux pci-stub" ] ||
		{ echo "drivers: $(driver_of "$GPU"), $(driver_of "$TWIN")" >&2; exit 1; }
}

ids() { echo "$(<"$PCI/$TWIN/vendor") $(<"$PCI/$TWIN/device")"; }

# driverctl makes the ids of the board known to vfio-pci and never takes them back.
leave() {
	rm -f "$NEVER" /etc/driverctl.d/pci-*
	ids >/sys/bus/pci/drivers/vfio-pci/remove_id 2>/dev/null || true
	ids >/sys/bus/pci/drivers/pci-stub/remove_id
	echo "$TWIN" >"$PCI/$TWIN/driver/unbind"
}

trap leave EXIT
ids >/sys/bus/pci/drivers/pci-stub/new_id
if [ "$1" = netlink ]; then
	probe mode "$GPU" "$TWIN" $BOOT_MS
	exit
fi
[ "$1" != virsh ] || vm-start-libvirt
daemon_start
nvmux gpu set-mode "$GPU" vgpu
alternate nvmux_trip "$1_${2:-trip}" check
