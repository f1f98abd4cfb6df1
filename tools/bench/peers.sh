#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Provides the peers that the VM's image does not have; prints their directory:
#
#	peers.sh distro|bpo|debug|kcsan|gcov|clang
#
#	modules/	mtty.ko, mdpy.ko: the kernel's sample mdev drivers, compiled from
#			the suite's source package as it lies
#	root/		Debian's package driverctl, to be laid over the VM's root; without its
#			units and udev rules, which are about the next boot
#
# They are for benchmarks only: the image of the tests stays as it is.
set -eu
. "$(dirname "$0")/../testing/vm/lib.sh"

PACKAGE=driverctl

# The copy vanishes with the root that it is made in.
# shellcheck disable=SC2016 # KDIR is that of the build root
compile_samples() {
	mkdir "$1/modules"
	"$VM_DIR/enter.sh" -k "$2" -b "$SOURCE:/linux:ro" -b "$1/modules:/modules" sh -eu -c '
		cp -r /linux/samples/vfio-mdev /tmp/samples
		make -s -C "$KDIR" M=/tmp/samples CONFIG_SAMPLE_VFIO_MDEV_MTTY=m \
			CONFIG_SAMPLE_VFIO_MDEV_MDPY=m modules
		strip --strip-debug /tmp/samples/*.ko
		cp /tmp/samples/*.ko /modules/
	' >&2
}

# shellcheck disable=SC2016
unpack_package() {
	mkdir "$1/debs" "$1/root"
	"$VM_DIR/enter.sh" -b "$1/debs:/debs" -C /debs sh -eu -c '
		apt-get -qq update
		apt-get -qq -o APT::Sandbox::User=root download "$1"
	' download "$PACKAGE" >&2
	dpkg-deb --fsys-tarfile "$1/debs/$PACKAGE"_*.deb |
		tar -x -C "$1/root" --exclude=./usr/share --exclude=./usr/lib
	basename -- "$1/debs/$PACKAGE"_*.deb .deb >"$1/versions"
	rm -r "$1/debs"
}

main() {
	local dir tmp
	SOURCE=$("$VM_DIR/source.sh")
	dir=$VM_CACHE/peers-$1-$(key "$0" "$SOURCE" "$("$VM_DIR/kernel.sh" "$1")")
	lock "peers-$1"
	if ! [ -d "$dir" ]; then
		log "making the peers of the benchmarks"
		tmp=$(scratch "peers-$1")
		compile_samples "$tmp" "$1"
		unpack_package "$tmp"
		publish "$tmp" "$dir" "peers-$1-*"
	fi
	echo "$dir"
}

[ $# = 1 ] || die "usage: peers.sh distro|bpo|debug|kcsan|gcov|clang"
main "$1"
