#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the kernel's own tests of VFIO, selftests/vfio, as they lie in the newest
# kernel source of the suite's backports, since 6.12 has none; prints the directory:
#
#	vfio/		the programs
#	version		the source package and its version
#
# The source is needed for the build only.
set -eu
. "$(dirname "$0")/lib.sh"

# Runs in the root. The package without a number depends on the newest one.
download() {
	"$VM_DIR/enter.sh" -b "$1:/debs" -C /debs sh -eu -c '
		apt-get -qq update
		apt-get -qq -s install --no-install-recommends -t "$1" linux-source |
			sed -n "s/^Inst \(linux-source-[0-9][^ ]*\) (\([^ ]*\).*/\1=\2/p" >version
		xargs apt-get -qq -o APT::Sandbox::User=root download <version
	' download "$VM_SUITE-backports" >&2
}

# The tests share headers with drivers; most of the rest is left out, for time.
unpack() {
	local skip=(Documentation drivers/{gpu,media,scsi,staging} 'arch/[!x]*' crypto fs kernel lib
		mm net security sound)
	mkdir "$1/linux"
	dpkg-deb --fsys-tarfile "$1"/linux-source-*.deb |
		tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		tar -xJ --strip-components=1 -C "$1/linux" --anchored --no-wildcards-match-slash \
			"${skip[@]/#/--exclude=linux-source-*/}"
	rm "$1"/linux-source-*.deb
}

compile() {
	# shellcheck disable=SC2016
	"$VM_DIR/enter.sh" -b "$1/linux:/linux" -b "$1:/out" sh -eu -c '
		make -s -C /linux ARCH=x86 "-j$(nproc)" headers
		make -s -C /linux/tools/testing/selftests "-j$(nproc)" TARGETS=vfio \
			FORCE_TARGETS=1 KSFT_INSTALL_PATH=/out/install install
	' >&2
	mv "$1/install/vfio" "$1/vfio"
	rm -r "$1/linux" "$1/install"
}

main() {
	local dir tmp
	dir=$VM_CACHE/suite-vfio-$(key "$0" "$VM_SUITE" "$("$VM_DIR/root.sh")")
	lock suite-vfio
	if ! [ -d "$dir" ]; then
		log "building selftests/vfio of $VM_SUITE-backports"
		tmp=$(scratch suite-vfio)
		download "$tmp"
		unpack "$tmp"
		compile "$tmp"
		publish "$tmp" "$dir" 'suite-vfio-*'
	fi
	echo "$dir"
}

main
