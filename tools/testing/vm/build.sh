#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds modules and userspace of the checkout in the build root and packs the
# result as the disk that run.sh lays over the VM's image; prints its path:
#
#	build.sh [--kernel distro|bpo|debug|kcsan|gcov|clang] [--source DIR]
#
# The sources are copied, one build directory per kernel: kernels do not spoil
# each other's objects, nothing is written into the checkout, and an unchanged
# checkout costs a fraction of a second.
#
#	NVMUX_GCOV=		1: modules and programs that count which of their lines are reached
set -eu
. "$(dirname "$0")/lib.sh"
: "${NVMUX_GCOV:=}"

parse() {
	KERNEL=distro SOURCE=$VM_DIR/../../..
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel) KERNEL=$2 ;;
		--source) SOURCE=$2 ;;
		*) die "usage: build.sh [--kernel distro|bpo|debug|kcsan|gcov|clang] [--source DIR]" ;;
		esac
		shift 2
	done
	SOURCE=$(cd "$SOURCE" && pwd)
}

# What git knows or would know; objects lying in the checkout stay out.
list_sources() {
	(cd "$SOURCE" && git ls-files -co --exclude-standard -- . ':!tools/testing/vm' |
		sort -u | while read -r file; do
			[ ! -f "$file" ] || echo "$file"
		done)
}

hash_sources() {
	(cd "$SOURCE" && list_sources | tr '\n' '\0' | xargs -0 sha256sum | sha256sum)
}

# Copies what changed and removes what the last copy had and this has not.
sync_sources() {
	mkdir -p "$1/src"
	list_sources >"$1/list.new"
	touch "$1/list"
	comm -23 "$1/list" "$1/list.new" | (cd "$1/src" && xargs -r -d '\n' rm -f)
	rsync -a --files-from="$1/list.new" "$SOURCE/" "$1/src/"
	mv "$1/list.new" "$1/list"
}

# The kernel's modules lie beside ours, so that one index covers both.
compile() {
	local clang=''
	[ "$KERNEL" != clang ] || clang=1
	cp -a "$MODULES/tree" "$2/stage"
	"$VM_DIR/enter.sh" -k "$KERNEL" ${clang:+-l fuzz} -b "$1/src:/src" -b "$2/stage:/stage" -C /src \
		env NVMUX_GCOV="$NVMUX_GCOV" CC_MODULES="${clang:+ccache clang}" sh -eu -c '
			make="make -s -j$(nproc) KDIR=$KDIR"
			$make modules ${CC_MODULES:+CC="$CC_MODULES"}
			$make user
			$make install DESTDIR=/stage
			$make modules_install ${CC_MODULES:+CC="$CC_MODULES"} DESTDIR=/stage \
				INSTALL_MOD_STRIP=1 CONFIG_MODULE_SIG_ALL= \
				CONFIG_MODULE_COMPRESS_ALL=
		' >&2
}

# Guests in the VM run the program of the checkout, once there is one.
add_guest() {
	local program=$1/src/tools/guest/nvmux-guest
	[ -x "$program" ] || return 0
	install -Dm0644 "$("$VM_DIR/guest-initramfs.sh" "$program")" \
		"$2/stage/usr/share/nvmux-test/initrd.img"
}

# A real /lib in an upper layer would hide the image's link to /usr/lib.
merge_usr() {
	local name
	for name in bin sbin lib; do
		[ -d "$1/$name" ] || continue
		mkdir -p "$1/usr/$name"
		cp -a "$1/$name/." "$1/usr/$name/"
		rm -r "${1:?}/$name"
	done
}

# Makefiles may have left a link to the headers and an index without our tree.
finish() {
	local release
	release=$(basename "$MODULES"/tree/usr/lib/modules/*)
	merge_usr "$1/stage"
	rm -f "$1/stage/usr/lib/modules/$release/"{build,source}
	depmod -b "$1/stage/usr" "$release"
	make_disk "$1/stage" "$1/stage.img"
}

build() {
	log "building for the kernel $KERNEL"
	sync_sources "$BUILD"
	compile "$BUILD" "$1"
	add_guest "$BUILD" "$1"
	finish "$1"
}

main() {
	local dir tmp
	parse "$@"
	MODULES=$("$VM_DIR/modules.sh" "$KERNEL")
	BUILD=$VM_CACHE/build/$KERNEL${NVMUX_GCOV:+-gcov}-$(sha256sum <<<"$SOURCE" | cut -c1-12)
	if ! [ -f "$SOURCE/Makefile" ]; then
		echo "$MODULES/stage.img"
		return
	fi
	lock "stage-$KERNEL"
	dir=$VM_CACHE/stage-$KERNEL-$(key "$0" "$(hash_sources)" "$MODULES" \
		"$("$VM_DIR/root.sh")" "$VM_DIR/nested/init.c" \
		"$VM_DIR/guest-initramfs.sh" "gcov=$NVMUX_GCOV")
	if ! [ -d "$dir" ]; then
		tmp=$(scratch "stage-$KERNEL")
		build "$tmp"
		publish "$tmp" "$dir" "stage-$KERNEL-*"
	fi
	echo "$dir/stage.img"
}

main "$@"
