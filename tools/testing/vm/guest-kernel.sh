#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the kernel of guests inside the test VM from config.guest; prints its
# path. An ELF image with a PVH entry: QEMU copies it to its place and jumps,
# nothing is unpacked.
set -eu
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/kbuild.sh"

SRC=/usr/src/nvmux-guest-source
OBJ=/usr/src/nvmux-guest-kernel
CONFIG=$VM_DIR/config.guest

build() {
	mkdir "$1/obj"
	kernel_make "$1" "KCONFIG_ALLCONFIG=/out/all.config" allnoconfig
	check_config "$1/obj/.config" "$CONFIG"
	kernel_make "$1" vmlinux
	objcopy -S "$1/obj/vmlinux" "$1/vmlinuz"
	cp "$1/obj/System.map" "$1/"
	cp "$1/obj/.config" "$1/config"
	rm -r "$1/obj"
}

main() {
	local dir tmp
	SOURCE=$("$VM_DIR/source.sh")
	dir=$VM_CACHE/guest-kernel-$(key "$0" "$VM_DIR/kbuild.sh" "$CONFIG" \
		"$SOURCE")
	lock guest-kernel
	if ! [ -d "$dir" ]; then
		log "building the guest kernel (2 minutes)"
		tmp=$(scratch guest-kernel)
		cp "$CONFIG" "$tmp/all.config"
		build "$tmp"
		publish "$tmp" "$dir" 'guest-kernel-*'
	fi
	echo "$dir/vmlinuz"
}

main
