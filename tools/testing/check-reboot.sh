#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Boots a host of nvmux twice: what the administrator has configured in the first boot must be what
# he finds in the second one, VMs included.
. "$(dirname "$0")/vm-case.sh"

prepare() {
	mkdir "$DIR/kselftest" "$DIR/out"
	STAGE=$("$VM_DIR/build.sh" --kernel distro)
	"$VM_DIR/install-tests.sh" "$DIR/kselftest"
	cp "$HERE"/reboot/*.sh "$DIR/"
}

boot() { # SCRIPT
	VM_KERNEL=distro VM_INIT=systemd VM_LIBVIRT=0 VM_VRAM=256G VM_STAGE=$STAGE VM_SHARE=$DIR \
		VM_OUT=$DIR/out VM_TIMEOUT=600 "$VM_DIR/run.sh" "bash /mnt/share/$1"
}

in_vm() {
	VM_SIM=lab boot before.sh &&
		VM_SIM=none VM_STATE=$DIR/out/state.tar VM_APPEND=systemd.unit=multi-user.target \
			boot after.sh
}

vm_case reboot
