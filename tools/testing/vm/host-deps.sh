#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs what this machine needs to build and run the test VM. Quick and
# silent when all is there, so every entry point may call it.
set -eu
. "$(dirname "$0")/lib.sh"

PACKAGES="mmdebstrap qemu-system-x86 e2fsprogs busybox-static cpio kmod \
	python3 rsync util-linux xz-utils zstd"

# A package counts only when it is configured, not when its rest is around.
missing() {
	local package
	for package in $PACKAGES; do
		dpkg-query -Wf '${db:Status-Status}\n' "$package" 2>/dev/null |
			grep -qx installed || echo "$package"
	done
}

main() {
	local wanted
	mapfile -t wanted < <(missing)
	[ "${#wanted[@]}" -gt 0 ] || return 0
	need_root
	log "installing ${wanted[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get -qq update
	apt-get -qq install -y --no-install-recommends "${wanted[@]}" >/dev/null
}

main
