#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds a kernel that watches us; prints its directory, which looks like those of
# kernel.sh. Ten minutes cold, one with a warm ccache.
#
#	debug-kernel.sh debug	KASAN, lockdep, kmemleak, fault injection and gcov
#	debug-kernel.sh kcsan	KCSAN and lockdep
#	debug-kernel.sh gcov	gcov and fault injection
#	debug-kernel.sh clang	made by clang, as our modules for it
set -eu
. "$(dirname "$0")/lib.sh"
. "$VM_DIR/kbuild.sh"


configure() {
	mkdir "$1/obj"
	cat "${FRAGMENTS[@]}" >"$1/all.config"
	kernel_make "$1" KCONFIG_ALLCONFIG=/out/all.config allnoconfig
	check_config "$1/obj/.config" "${FRAGMENTS[@]}"
}

# What compiling and loading a module needs of the source tree.
pack_source() {
	mkdir -p "$1/layer$SRC"
	(cd "$SOURCE" && cp -a --parents Makefile Kbuild Kconfig include scripts \
		arch/x86/include arch/x86/Makefile* arch/x86/Kbuild \
		arch/x86/entry/syscalls tools/include "$1/layer$SRC")
}

# And of the build tree: the generated headers, the tools, the symbols.
pack_objects() {
	mkdir -p "$1/layer$OBJ"
	(cd "$1/obj" && cp -a --parents .config Makefile Module.symvers include \
		scripts arch/x86/include tools/objtool/objtool "$1/layer$OBJ")
}

pack() {
	kernel_make "$1" INSTALL_MOD_PATH=/out/layer/usr modules_install
	pack_source "$1"
	pack_objects "$1"
	basename "$1"/layer/usr/lib/modules/* >"$1/release"
	ln -sfn "$OBJ" "$1/layer/usr/lib/modules/$(cat "$1/release")/build"
	cp "$1/obj/arch/x86/boot/bzImage" "$1/vmlinuz"
	cp "$1/obj/vmlinux" "$1/vmlinux"
	rm -r "$1/obj" "$1/all.config"
}

build() {
	log "building the kernel $NAME (10 minutes)"
	configure "$1"
	kernel_make "$1" bzImage modules
	pack "$1"
}

main() {
	local dir tmp
	NAME=$1
	SRC=/usr/src/nvmux-$NAME-source
	OBJ=/usr/src/nvmux-$NAME-kernel
	FRAGMENTS=("$VM_DIR/config.base" "$VM_DIR/config.$NAME")
	[ "$NAME" != clang ] || COMPILER=clang
	SOURCE=$("$VM_DIR/source.sh")
	dir=$VM_CACHE/kernel-$NAME-$(key "$0" "$VM_DIR/kbuild.sh" "${FRAGMENTS[@]}" "$SOURCE")
	lock "kernel-$NAME"
	if ! [ -d "$dir" ]; then
		tmp=$(scratch "kernel-$NAME")
		build "$tmp"
		publish "$tmp" "$dir" "kernel-$NAME-*"
	fi
	echo "$dir"
}

[ $# = 1 ] || die "usage: debug-kernel.sh debug|kcsan|gcov|clang"
main "$1"
