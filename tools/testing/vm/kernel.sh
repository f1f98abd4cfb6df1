#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Provides a kernel to build against and to boot; prints its directory:
#
#	kernel.sh distro|bpo|debug|kcsan|gcov|clang
#
#	release		what uname -r says
#	vmlinuz		what QEMU boots
#	layer/		headers and modules as they lie over the build root
#
# Debian's kernels are unpacked, not installed: their maintainer scripts would
# want an initramfs generator and a boot loader.
set -eu
. "$(dirname "$0")/lib.sh"

# Runs in the root: the kernel packages of a suite, as name=version. The
# headers drag a tool package of their own version along; since 7.3 the image
# is three packages beside an empty one.
resolve() {
	"$VM_DIR/enter.sh" -b "$1:/debs" sh -eu -c '
		apt-get -qq update
		apt-get -qq -s install --no-install-recommends -t "$1" \
			linux-image-amd64 linux-headers-amd64 |
			sed -n "s/^Inst \(linux-[^ ]*\) (\([^ ]*\).*/\1=\2/p" |
			grep -E "^linux-(image|binary|modules|base|headers|kbuild)-[0-9]" >/debs/list
		cd /debs && xargs apt-get -qq -o APT::Sandbox::User=root download <list
	' resolve "$2" >&2
}

# The layer must not shadow the root's /lib link with a directory.
merge_usr() {
	if [ -d "$1/layer/lib" ]; then
		mkdir -p "$1/layer/usr/lib"
		cp -al "$1/layer/lib/." "$1/layer/usr/lib/"
		rm -r "$1/layer/lib"
	fi
}

# The image lies in /boot, since 7.3 beside its modules.
describe() {
	local modules=("$1"/layer/usr/lib/modules/*) release
	release=$(basename "${modules[0]}")
	echo "$release" >"$1/release"
	if [ -e "${modules[0]}/vmlinuz" ]; then
		mv "${modules[0]}/vmlinuz" "$1/vmlinuz"
	else
		mv "$1/layer/boot/vmlinuz-$release" "$1/vmlinuz"
		rm -r "$1/layer/boot"
	fi
}

fetch() {
	mkdir "$1/debs"
	resolve "$1/debs" "$2"
	"$VM_DIR/unpack-debs.sh" "$1"
	merge_usr "$1"
	describe "$1"
	depmod -b "$1/layer/usr" "$(cat "$1/release")"
}

suite_of() {
	case $1 in
	distro) echo "$VM_SUITE" ;;
	bpo) echo "$VM_SUITE-backports" ;;
	*) die "no such kernel: $1 (distro, bpo, debug, kcsan, gcov, clang)" ;;
	esac
}

main() {
	local suite dir tmp
	case $1 in debug | kcsan | gcov | clang) exec "$VM_DIR/debug-kernel.sh" "$1" ;; esac
	suite=$(suite_of "$1")
	dir=$VM_CACHE/kernel-$1-$(key "$0" "$VM_DIR/unpack-debs.sh" "$suite")
	lock "kernel-$1"
	if ! [ -d "$dir" ]; then
		log "fetching the kernel of $suite"
		tmp=$(scratch "kernel-$1")
		fetch "$tmp" "$suite"
		publish "$tmp" "$dir" "kernel-$1-*"
	fi
	echo "$dir"
}

[ $# = 1 ] || die "usage: kernel.sh distro|bpo|debug|kcsan|gcov|clang"
main "$1"
