#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The main job of nvmux, told and done: installs what this machine lacks, builds, boots the test
# VM and plays tools/demo/host-story.sh in it. Needs root on Debian 12 or 13.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
vm=$top/tools/testing/vm
started=$SECONDS

[ "$(id -u)" = 0 ] || { echo "demo: needs root, it installs packages and builds a root image" >&2; exit 1; }

echo "== installing what this machine lacks, building, booting a VM with two simulated A30"
"$vm/host-deps.sh"
share=$(mktemp -d)
trap 'rm -rf "$share"' EXIT

# The VMs of the story are small Linux guests around one program, which looks for its GPU.
make_guests() {
	cp -r "$top/tools/guest" "$share/guest"
	"$vm/enter.sh" -b "$share/guest:/guest" -C /guest make -s clean all
	cp "$("$vm/guest-kernel.sh")" "$share/vmlinuz"
	cp "$("$vm/guest-initramfs.sh" "$share/guest/nvmux-guest")" "$share/initrd.img"
	rm -r "$share/guest"
}

cp "$top"/tools/demo/*.sh "$share/"
make_guests
rc=0
VM_LIBVIRT=1 VM_TIMEOUT=${VM_TIMEOUT:-1500} VM_SHARE=$share \
	"$vm/run.sh" 'bash /mnt/share/host-story.sh' || rc=$?

verdict="all is well"
[ $rc = 0 ] || verdict="FAILED (status $rc)"
echo "== $verdict after $((SECONDS - started)) s"
exit $rc
