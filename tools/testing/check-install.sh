#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an administrator does with the packages, in a VM that was never told of nvmux. Prints KTAP as
# the runner of the kselftests does. The module's package, which compiles, is check-dkms.sh's.
#
#	TESTS=*		a glob that must match the name install
set -eu
shopt -s extglob
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

chosen() { # NAME
	# shellcheck disable=SC2254
	case $1 in ${TESTS:-*}) ;; *) return 1 ;; esac
}

# The VM's disk has all that packages have brought, but not their list.
fill_share() { # DIR
	mkdir "$1/kselftest" "$1/debs"
	"$VM_DIR/install-tests.sh" "$1/kselftest"
	cp "$HERE/install/packages.sh" "$1/"
	"$VM_DIR/enter.sh" -b "$HERE/../..:/src:ro" -b "$1/debs:/debs" -C /src sh -eu -c '
		tools/packaging/deb.sh /debs 0.1.0
		tools/packaging/deb.sh /debs 0.1.1
	' >&2
	tar -C "$("$VM_DIR/root.sh")" -cf "$1/state.tar" var/lib/dpkg
}

in_vm() { # DIR
	VM_KERNEL=distro VM_INIT=systemd VM_LIBVIRT=0 VM_SIM=none VM_STAGE=none VM_SHARE=$1 \
		VM_STATE=$1/state.tar VM_TIMEOUT=300 "$VM_DIR/run.sh" 'bash /mnt/share/packages.sh'
}

main() {
	local not='' dir
	chosen install || return 0
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	dir=$(mktemp -d "$VM_CACHE/tmp/install.XXXXXX")
	# shellcheck disable=SC2064
	trap "rm -rf '$dir'" EXIT
	fill_share "$dir"
	printf 'TAP version 13\n1..1\n# selftests: nvmux: install\n'
	set -o pipefail
	in_vm "$dir" | sed 's/^/# /' || not='not '
	echo "${not}ok 1 selftests: nvmux: install"
}

main
