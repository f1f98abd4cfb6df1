#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Provides more programs for the build root than every build needs; prints
# the directory that enter.sh lays over the root:
#
#	layer.sh NAME		those of packages.NAME
#
# They are unpacked, not installed, so only packages whose maintainer scripts
# have nothing to say are for here. The root itself, and with it the VM's
# image, stays as small as it is.
set -eu
. "$(dirname "$0")/lib.sh"

# Runs in the root: the packages and what they need, as name=version.
resolve() {
	# shellcheck disable=SC2046 # words, not lines
	"$VM_DIR/enter.sh" -b "$1:/debs" sh -eu -c '
		apt-get -qq update
		apt-get -qq -s install --no-install-recommends "$@" |
			sed -n "s/^Inst \([^ ]*\) \(\[[^]]*\] \)\{0,1\}(\([^ ]*\).*/\1=\3/p" >/debs/list
		cd /debs && xargs apt-get -qq -o APT::Sandbox::User=root download <list
	' resolve $(packages "$2") >&2
}

main() {
	local list=$VM_DIR/packages.$1 dir tmp
	[ -f "$list" ] || die "no such layer: $1"
	dir=$VM_CACHE/layer-$1-$(key "$0" "$VM_DIR/unpack-debs.sh" "$list" "$("$VM_DIR/root.sh")")
	lock "layer-$1"
	if ! [ -d "$dir" ]; then
		log "fetching $(packages "$list")"
		tmp=$(scratch "layer-$1")
		mkdir "$tmp/debs"
		resolve "$tmp/debs" "$list"
		"$VM_DIR/unpack-debs.sh" "$tmp"
		publish "$tmp" "$dir" "layer-$1-*"
	fi
	echo "$dir/layer"
}

[ $# = 1 ] || die "usage: layer.sh NAME"
main "$1"
