#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs a command in the build root, seen through a throw-away layer:
#
#	enter.sh [-k KERNEL] [-l LAYER] [-b DIR:PLACE[:ro]]... [-C DIR] COMMAND [ARG]...
#
# -k adds the headers of a kernel (see kernel.sh), whose build directory is then
# $KDIR. -l adds the programs of packages.LAYER. -b binds a directory of this
# machine. What the command changes elsewhere in the root is gone afterwards, so
# calls cannot disturb each other.
set -eu
. "$(dirname "$0")/lib.sh"

usage() { sed -n 's/^#\t//p' "$0" >&2; exit 2; }

# Mounts must be private to us and vanish with us, also after SIGKILL; the
# pid namespace takes the command's stray children along.
isolate() {
	if [ -n "${VM_ENTERED:-}" ]; then
		unset VM_ENTERED
		return 0
	fi
	need_root
	VM_ENTERED=1 exec unshare --mount --pid --fork --kill-child "$0" "$@"
}

parse() {
	KERNEL='' LAYER='' BINDS=() WORKDIR=/
	while getopts k:l:b:C: opt; do
		case $opt in
		k) KERNEL=$OPTARG ;;
		l) LAYER=$OPTARG ;;
		b) BINDS+=("$OPTARG") ;;
		C) WORKDIR=$OPTARG ;;
		*) usage ;;
		esac
	done
	[ $OPTIND -le $# ] || usage
}

# The layers lie between the root and what the command writes.
mount_root() {
	local root lower layer='' programs=''
	root=$("$VM_DIR/root.sh")
	[ -z "$KERNEL" ] || layer=$("$VM_DIR/kernel.sh" "$KERNEL")
	[ -z "$LAYER" ] || programs=$("$VM_DIR/layer.sh" "$LAYER")
	lower=${layer:+$layer/layer:}${programs:+$programs:}$root
	mkdir -p "$VM_CACHE/tmp/enter"
	TOP=$VM_CACHE/tmp/enter
	mount -t tmpfs -o mode=0755 tmpfs "$TOP"
	mkdir "$TOP/upper" "$TOP/work" "$TOP/root"
	mount -t overlay -o "lowerdir=$lower,upperdir=$TOP/upper,workdir=$TOP/work" \
		overlay "$TOP/root"
	TOP=$TOP/root
	[ -z "$layer" ] || RELEASE=$(cat "$layer/release")
}

# objtool reads /proc/self, compilers want /dev/null, tests want /dev/shm.
mount_system() {
	mount -t proc proc "$TOP/proc"
	mount --rbind /dev "$TOP/dev"
	mount -t tmpfs -o mode=1777 tmpfs "$TOP/tmp"
	cat /etc/resolv.conf >"$TOP/etc/resolv.conf"
}

# One DIR:PLACE[:ro]; a read-only bind needs a second mount call.
bind() {
	local from to mode
	IFS=: read -r from to mode <<<"$1"
	mkdir -p "$TOP$to"
	mount --bind "$from" "$TOP$to"
	[ "${mode:-rw}" = rw ] || mount -o "remount,bind,$mode" "$TOP$to"
}

# What a compiler has seen once, in whichever kernel, it need not see again.
bind_all() {
	local item
	mkdir -p "$VM_CACHE/ccache"
	bind "$VM_CACHE/ccache:/var/cache/ccache"
	for item in "${BINDS[@]}"; do
		bind "$item"
	done
}

# A clean environment, so that a build never depends on the caller's.
run() {
	exec chroot "$TOP" /usr/bin/env -i -C "$WORKDIR" \
		HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
		PATH=/usr/lib/ccache:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin \
		CCACHE_DIR=/var/cache/ccache CCACHE_MAXSIZE=2G \
		${RELEASE:+"KDIR=/usr/lib/modules/$RELEASE/build"} "$@"
}

isolate "$@"
parse "$@"
shift $((OPTIND - 1))
mount_root
mount_system
bind_all
run "$@"
