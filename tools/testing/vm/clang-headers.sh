#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Prepares the suite's kernel for building modules with clang; prints the directory,
# for "make -C /linux O=/clang CC=clang M=...". Debian's headers are made for gcc: it
# is Debian's configuration, asked again by clang.
set -eu
. "$(dirname "$0")/lib.sh"

prepare() {
	mkdir "$1/clang"
	# shellcheck disable=SC2016
	"$VM_DIR/enter.sh" -k distro -l fuzz -b "$SOURCE:/linux:ro" -b "$1/clang:/clang" sh -eu -c '
		cp "$KDIR/.config" "$KDIR/Module.symvers" /clang/
		make="make -s -C /linux O=/clang CC=clang -j$(nproc)"
		$make olddefconfig
		$make modules_prepare
	' >&2
}

main() {
	local dir tmp
	SOURCE=$("$VM_DIR/source.sh")
	dir=$VM_CACHE/clang-headers-$(key "$0" "$SOURCE" "$("$VM_DIR/kernel.sh" distro)" \
		"$(dirname "$("$VM_DIR/layer.sh" fuzz)")")
	lock clang-headers
	if ! [ -d "$dir" ]; then
		log "preparing the kernel for clang"
		tmp=$(scratch clang-headers)
		prepare "$tmp"
		publish "$tmp" "$dir" 'clang-headers-*'
	fi
	echo "$dir/clang"
}

main
