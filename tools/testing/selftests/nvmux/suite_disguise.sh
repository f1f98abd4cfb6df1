#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs a program that knows PCI functions only with a mediated device in their place:
#
#	suite_disguise.sh DEVICE PLACE VENDOR:ID COMMAND [ARG]...
#
# For the command alone, sysfs has one PCI function, at PLACE, whose files are those of DEVICE and
# whose ids are VENDOR:ID. Nothing else of the program or of the device is changed.
set -eu
FUNCTIONS=/sys/bus/pci/devices

if [ -z "${DISGUISED:-}" ]; then
	DISGUISED=1 exec unshare --mount "$0" "$@"
fi
unset DISGUISED
device=$(readlink -f "$1") place=$FUNCTIONS/$2 ids=$3
shift 3

mount -t tmpfs tmpfs $FUNCTIONS
mkdir "$place"
for entry in "$device"/*; do
	case ${entry##*/} in
	vendor | device) ;;
	# the name of what it points to is the number of the group
	*) ln -s "$(readlink -f "$entry")" "$place/${entry##*/}" ;;
	esac
done
echo "0x${ids%:*}" >"$place/vendor"
echo "0x${ids#*:}" >"$place/device"
exec "$@"
