#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the Debian root directory in which everything is built and from which
# the VM's image is copied; prints its path. One root for both, so that what
# was compiled runs against the libraries it was compiled with.
#
# Nobody writes into it afterwards: enter.sh puts a throw-away layer on top.
set -eu
. "$(dirname "$0")/lib.sh"

# Manuals and translations are a third of the unpacking time, read by nobody.
DROP="/usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/*
	/usr/share/help/* /usr/share/gtk-doc/* /usr/share/lintian/*"

# One comma separated list, as mmdebstrap wants it.
include_list() {
	packages "$VM_DIR/packages.build" "$VM_DIR/packages.vm" | tr ' ' ','
}

# dpkg options that keep the dropped paths from being unpacked at all.
dpkg_options() {
	local path
	set -f
	for path in $DROP; do
		echo "--dpkgopt=path-exclude=$path"
	done
}

# The machine's own apt settings, also for later downloads in the root.
apt_option_args() { apt_options | sed 's/^/--aptopt=/'; }

bootstrap() {
	local args
	mapfile -t args < <(dpkg_options; apt_option_args)
	mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
		--include="$(include_list)" "${args[@]}" \
		"$VM_SUITE" "$1" - < <(apt_sources) >&2
}

main() {
	local root tmp
	need_root
	root=$VM_CACHE/root-$(key "$0" "$VM_DIR"/packages.{build,vm} "$VM_SUITE")
	lock root
	if ! [ -d "$root" ]; then
		log "building the $VM_SUITE root (3 minutes)"
		"$VM_DIR/host-deps.sh"
		tmp=$(scratch root)
		bootstrap "$tmp"
		publish "$tmp" "$root" 'root-*'
	fi
	echo "$root"
}

main
