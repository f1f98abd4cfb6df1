#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an administrator does with the packages, in a VM that was never told of nvmux. The module's
# package, which compiles, is check-dkms.sh's.
. "$(dirname "$0")/vm-case.sh"

# The VM's disk has all that packages have brought, but not their list.
prepare() {
	mkdir "$DIR/kselftest" "$DIR/debs"
	"$VM_DIR/install-tests.sh" "$DIR/kselftest"
	cp "$HERE/install/packages.sh" "$DIR/"
	"$VM_DIR/enter.sh" -b "$HERE/../..:/src:ro" -b "$DIR/debs:/debs" -C /src sh -eu -c '
		tools/packaging/deb.sh /debs 0.1.0
		tools/packaging/deb.sh /debs 0.1.1
	' >&2
	tar -C "$("$VM_DIR/root.sh")" -cf "$DIR/state.tar" var/lib/dpkg
}

in_vm() {
	VM_KERNEL=distro VM_INIT=systemd VM_LIBVIRT=0 VM_SIM=none VM_STAGE=none VM_SHARE=$DIR \
		VM_STATE=$DIR/state.tar VM_TIMEOUT=300 "$VM_DIR/run.sh" 'bash /mnt/share/packages.sh'
}

vm_case install
