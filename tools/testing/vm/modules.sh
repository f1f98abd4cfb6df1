#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Picks from a kernel what the VM needs; prints the directory:
#
#	modules.sh distro|bpo|debug|kcsan|gcov|clang
#
#	tree/		/usr/lib/modules/RELEASE with the modules of modules.vm
#	initrd		initramfs: busybox and the modules of modules.initrd
#	stage.img	the tree as a disk, for runs without anything of ours
#
# Modules are stored unpacked: an emulated CPU is slow at xz.
set -eu
. "$(dirname "$0")/lib.sh"

# Paths of the named modules and of all they need, dependencies first.
closure() {
	local module
	for module; do
		modprobe -d "$LAYER/usr" -S "$RELEASE" --show-depends "$module" 2>/dev/null |
			sed -n 's/^insmod \([^ ]*\).*/\1/p'
	done | awk '!seen[$0]++'
}

unpack() {
	case $1 in
	*.xz) xz -dc "$1" >"$2/$(basename "$1" .xz)" ;;
	*) cp "$1" "$2/" ;;
	esac
}

copy_modules() {
	local to=$1 path
	mkdir -p "$to"
	shift
	for path; do
		unpack "$path" "$to"
	done
}

# modules.builtin tells modprobe what it need not find.
make_tree() {
	local to=$1/tree/usr/lib/modules/$RELEASE paths
	# shellcheck disable=SC2046
	mapfile -t paths < <(closure $(packages "$VM_DIR"/modules.{initrd,vm}))
	copy_modules "$to/kernel" "${paths[@]}"
	cp "$LAYER/usr/lib/modules/$RELEASE"/modules.builtin* "$to/"
	: >"$to/modules.order"
	depmod -b "$1/tree/usr" "$RELEASE"
}

make_initrd() {
	local top=$1/initrd.d paths
	# shellcheck disable=SC2046
	mapfile -t paths < <(closure $(packages "$VM_DIR/modules.initrd"))
	mkdir -p "$top"/{bin,dev,proc,sys,nvmux-test}
	copy_modules "$top/modules" "${paths[@]}"
	printf '%s\n' "${paths[@]##*/}" | sed -n 's,\(.*\.ko\).*,/modules/\1,p' \
		>"$top/modules.list"
	cp "$ROOT/usr/bin/busybox" "$top/bin/"
	(cd "$top" && find . | cpio -o -H newc --quiet) >"$1/initrd"
	rm -r "$top"
}

build() {
	make_tree "$1"
	make_initrd "$1"
	make_disk "$1/tree" "$1/stage.img"
}

main() {
	local kernel dir tmp
	kernel=$("$VM_DIR/kernel.sh" "$1")
	ROOT=$("$VM_DIR/root.sh")
	RELEASE=$(cat "$kernel/release")
	LAYER=$kernel/layer
	dir=$VM_CACHE/modules-$1-$(key "$0" "$VM_DIR"/modules.{initrd,vm} "$kernel")
	lock "modules-$1"
	if ! [ -d "$dir" ]; then
		tmp=$(scratch "modules-$1")
		build "$tmp"
		publish "$tmp" "$dir" "modules-$1-*"
	fi
	echo "$dir"
}

[ $# = 1 ] || die "usage: modules.sh distro|bpo|debug|kcsan|gcov|clang"
main "$1"
