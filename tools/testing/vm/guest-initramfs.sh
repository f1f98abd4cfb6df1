#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the initramfs of guests inside the test VM; prints its path:
#
#	guest-initramfs.sh [PROGRAM]
#
# PROGRAM (static) becomes /bin/nvmux-guest, which init runs; one whose name
# ends in .sh becomes /guest.sh, goes first, and brings busybox along. Not
# compressed, because the guest's CPU is emulated twice.
set -eu
. "$(dirname "$0")/lib.sh"

# The kernel's own mini libc: 10 KiB, and nothing runs before main().
compile_init() {
	"$VM_DIR/enter.sh" -b "$VM_DIR/nested:/nested:ro" -b "$1:/out" \
		-b "$SOURCE/tools/include/nolibc:/nolibc:ro" \
		gcc -Os -Wall -static -nostdlib -fno-asynchronous-unwind-tables \
		-fno-ident -fno-stack-protector -s -include /nolibc/nolibc.h \
		-o /out/init /nested/init.c -lgcc >&2
}

add_program() {
	case $2 in
	*.sh)
		install -m 0755 "$2" "$1/guest.sh"
		cp "$("$VM_DIR/root.sh")/usr/bin/busybox" "$1/bin/"
		;;
	*) install -m 0755 "$2" "$1/bin/nvmux-guest" ;;
	esac
}

build() {
	local top=$1/d file
	mkdir -p "$top"/{bin,dev,proc,sys}
	compile_init "$top"
	shift
	for file; do
		add_program "$top" "$file"
	done
	(cd "$top" && find . | cpio -o -H newc --quiet) >"$top/../initrd.img"
	rm -r "$top"
}

main() {
	local dir tmp
	SOURCE=$("$VM_DIR/source.sh")
	dir=$VM_CACHE/guest-initramfs-$(key "$0" "$VM_DIR/nested/init.c" "$@")
	lock guest-initramfs
	if ! [ -d "$dir" ]; then
		tmp=$(scratch guest-initramfs)
		build "$tmp" "$@"
		publish "$tmp" "$dir" 'guest-initramfs-*'
	fi
	echo "$dir/initrd.img"
}

main "$@"
