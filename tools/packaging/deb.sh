#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian packages of this tree: libnvmux0, libnvmux-dev, nvmux, nvmux-dkms.
#
#	deb.sh OUT [VERSION]	in a system of the distribution that they are for
#
# Dependencies are the packages that own the libraries which are linked.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
OUT=$(mkdir -p "$1" && cd "$1" && pwd)
VERSION=${2:-0.1.0}
ARCH=$(dpkg --print-architecture)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

build() {
	make -s -C "$TOP/userspace" O="$WORK/build" VERSION="$VERSION" install DESTDIR="$WORK/all"
	make -s -C "$TOP/Documentation" install DESTDIR="$WORK/all"
}

take() { # PACKAGE GLOB...: moves files of the installation into a package
	local package=$1 path
	shift
	for path in "$@"; do
		mkdir -p "$WORK/$package/$(dirname "$path")"
		mv "$WORK/all/$path" "$WORK/$package/$(dirname "$path")/"
	done
}

split() {
	local lib
	lib=$(cd "$WORK/all" && find usr/lib -name libnvmux.so.0 -printf '%h')
	take libnvmux0 "$lib/libnvmux.so.0"
	take libnvmux-dev "$lib/libnvmux.so" "$lib/pkgconfig" usr/include
	mv "$WORK/all" "$WORK/nvmux"
	mkdir -p "$WORK/nvmux-dkms/usr/src/nvmux-$VERSION"
	cp -r "$TOP/kmod" "$TOP/Kbuild" "$WORK/nvmux-dkms/usr/src/nvmux-$VERSION/"
	sed "s/@VERSION@/$VERSION/" "$HERE/deb/dkms.conf" \
		>"$WORK/nvmux-dkms/usr/src/nvmux-$VERSION/dkms.conf"
}

# Packages that own what the programs of a package link themselves, but ours.
libraries() { # PACKAGE
	local file name
	find "$WORK/$1" -type f -exec readelf -d {} + 2>/dev/null |
		sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u | while read -r name; do
		file=$(ldconfig -p | sed -n "s/^\t$name .* => //p" | head -n 1)
		[ -z "$file" ] || dpkg -S "$(readlink -f "$file")"
	done | sed 's/:.*//' | sort -u | paste -sd, | sed 's/,/, /g'
}

# Files below /etc are the administrator's once they are installed. The hook is a program, which must go
# with the libraries that it needs: libvirt starts no VM when it cannot be run.
conffiles() { # PACKAGE
	(cd "$WORK/$1" && find etc -type f ! -path 'etc/libvirt/hooks/*' 2>/dev/null |
		sed 's,^,/,') || true
}

control() { # PACKAGE ARCHITECTURE DEPENDS DESCRIPTION
	mkdir -p "$WORK/$1/DEBIAN"
	cat >"$WORK/$1/DEBIAN/control" <<-END
		Package: $1
		Version: $VERSION
		Architecture: $2
		Maintainer: nvmux <nvmux@localhost>
		Section: admin
		Priority: optional
		Depends: $3
		Description: $4
	END
	conffiles "$1" >"$WORK/$1/DEBIAN/conffiles"
	[ -s "$WORK/$1/DEBIAN/conffiles" ] || rm "$WORK/$1/DEBIAN/conffiles"
}

scripts() { # PACKAGE
	local script
	for script in postinst prerm postrm; do
		[ -f "$HERE/deb/$1.$script" ] || continue
		sed "s/@VERSION@/$VERSION/g" "$HERE/deb/$1.$script" >"$WORK/$1/DEBIAN/$script"
		chmod 0755 "$WORK/$1/DEBIAN/$script"
	done
}

describe() {
	local own="libnvmux0 (= $VERSION)"
	control libnvmux0 "$ARCH" "$(libraries libnvmux0)" "GPUs and vGPUs of the module nvmux, library"
	echo "activate-noawait ldconfig" >"$WORK/libnvmux0/DEBIAN/triggers"
	control libnvmux-dev "$ARCH" "$own" "GPUs and vGPUs of the module nvmux, headers"
	control nvmux "$ARCH" "$own, $(libraries nvmux)" "NVIDIA GPUs for VMs, whole or shared"
	control nvmux-dkms all "dkms" "NVIDIA GPUs for VMs, source of the kernel modules"
	sed -i '/^Depends/a Recommends: nvmux-dkms, polkitd, libvirt-daemon-system' \
		"$WORK/nvmux/DEBIAN/control"
}

main() {
	local package
	build
	split
	describe
	for package in libnvmux0 libnvmux-dev nvmux nvmux-dkms; do
		scripts "$package"
		dpkg-deb --root-owner-group -b "$WORK/$package" "$OUT" >/dev/null
	done
}

main
