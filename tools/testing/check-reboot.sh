#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Boots a host of nvmux twice: what the administrator has configured in the first boot must be what
# he finds in the second one, VMs included. Prints KTAP as the runner of the kselftests does.
#
#	TESTS=*		a glob that must match the name reboot
set -eu
shopt -s extglob
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

boot() { # SCRIPT
	VM_KERNEL=distro VM_INIT=systemd VM_LIBVIRT=0 VM_VRAM=256G VM_STAGE=$STAGE VM_SHARE=$DIR \
		VM_OUT=$DIR/out VM_TIMEOUT=600 "$VM_DIR/run.sh" "bash /mnt/share/$1"
}

both() {
	VM_SIM=lab boot before.sh &&
		VM_SIM=none VM_STATE=$DIR/out/state.tar VM_APPEND=systemd.unit=multi-user.target \
			boot after.sh
}

chosen() { # NAME
	# shellcheck disable=SC2254
	case $1 in ${TESTS:-*}) ;; *) return 1 ;; esac
}

main() {
	local not=''
	chosen reboot || return 0
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	DIR=$(mktemp -d "$VM_CACHE/tmp/reboot.XXXXXX")
	trap 'rm -rf "$DIR"' EXIT
	mkdir "$DIR/kselftest" "$DIR/out"
	STAGE=$("$VM_DIR/build.sh" --kernel distro)
	"$VM_DIR/install-tests.sh" "$DIR/kselftest"
	cp "$HERE"/reboot/*.sh "$DIR/"
	printf 'TAP version 13\n1..1\n# selftests: nvmux: reboot\n'
	set -o pipefail
	both | sed 's/^/# /' || not='not '
	echo "${not}ok 1 selftests: nvmux: reboot"
}

main
