#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unpacks the kernel source that belongs to the suite's kernel; prints its
# path. Headers are not enough for: the debug kernel, the kselftest harness,
# ynl and checkpatch.
set -eu
. "$(dirname "$0")/lib.sh"

SOURCE=linux-source-6.12

download() {
	"$VM_DIR/enter.sh" -b "$1:/debs" -C /debs sh -eu -c '
		apt-get -qq update
		apt-get -qq -o APT::Sandbox::User=root download "$1"
	' download "$SOURCE" >&2
}

# The tar ball lies in the package; neither needs to touch the disk.
unpack() {
	dpkg-deb --fsys-tarfile "$1/$SOURCE"*.deb |
		tar -xO "./usr/src/$SOURCE.tar.xz" |
		tar -xJ --strip-components=1 -C "$1"
	rm "$1/$SOURCE"*.deb
}

main() {
	local dir tmp
	dir=$VM_CACHE/source-$(key "$0")
	lock source
	if ! [ -d "$dir" ]; then
		log "fetching $SOURCE"
		tmp=$(scratch source)
		download "$tmp"
		unpack "$tmp"
		publish "$tmp" "$dir" 'source-*'
	fi
	echo "$dir"
}

main
