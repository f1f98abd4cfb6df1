# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What all scripts of the test VM share: the cache, messages, apt sources.
#
# Rules of the cache: an artefact's name carries the hash of all it depends
# on, it is made below a temporary name and renamed when it is whole. So what
# exists is complete and current, and nothing ever needs to be "cleaned".

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VM_CACHE=${NVMUX_CACHE:-$HOME/.cache/nvmux}
VM_SUITE=trixie
export VM_DIR VM_CACHE VM_SUITE

# Messages go to stderr, because stdout is the answer of the script.
log() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }
die() { log "$*"; exit 1; }

# Everything here mounts, chroots or installs packages.
need_root() { [ "$(id -u)" = 0 ] || die "must run as root"; }

# Two callers of the same artefact: the second waits and finds it ready.
lock() {
	mkdir -p "$VM_CACHE/lock"
	exec {LOCK_FD}>"$VM_CACHE/lock/$1"
	flock "$LOCK_FD"
}

# Hash of the contents of the named files and of plain words. Another artefact
# stands for itself by its name, which carries its own hash.
key() {
	local arg
	for arg; do
		if [ -f "$arg" ]; then cat "$arg"; else basename -- "$arg"; fi
	done | sha256sum | cut -c1-12
}

# A private place below the cache, so that the final rename is atomic. The
# caller holds the lock of that name, so what lies there is a dead build's.
scratch() {
	mkdir -p "$VM_CACHE/tmp"
	rm -rf --one-file-system "$VM_CACHE/tmp/$1".??????
	mktemp -d "$VM_CACHE/tmp/$1.XXXXXX"
}

# The only way an artefact gets its final name; $3 is what old ones match.
publish() {
	chmod 0755 "$1"
	mv -T "$1" "$2"
	drop_old "$2" "${3:-}"
}

# Artefacts of an older key are never asked for again, but may still be in
# use by a run that is under way: give them a day.
drop_old() {
	[ -n "$2" ] || return 0
	find "$VM_CACHE" -mindepth 1 -maxdepth 1 -name "$2" ! -path "$1" \
		-mmin +1440 -exec rm -rf --one-file-system {} +
}

# A disk that holds a directory; slack for inodes, since nobody writes to it.
make_disk() {
	local size
	size=$(($(du -xsm "$1" | cut -f1) * 11 / 10 + 16))
	rm -f "$2"
	mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$1" "$2" "${size}M" >/dev/null
}

# Package lists allow comments and several names in a line.
packages() { sed 's/#.*//' "$@" | xargs; }

# URIs of the Debian archives that this machine itself uses. apt parses its
# own sources (both formats) and knows from the signed Release file who made
# an archive, so other vendors' sources drop out by themselves.
archive_uris() {
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' \
		'Identifier: Packages' |
		sed -n 's/^Debian|'"$1"'|main|//p' | sort -u
}

# A pruned image has no lists, and without them nothing is known of a source.
ensure_lists() {
	[ -n "$(archive_uris Debian)" ] || apt-get -qq update
	[ -n "$(archive_uris Debian)" ] || die "no Debian archive in the apt sources"
}

# The machine's archives with our suite instead of its own.
apt_sources() {
	local key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]' uri
	ensure_lists
	for uri in $(archive_uris Debian); do
		echo "deb $key $uri $VM_SUITE main"
		echo "deb $key $uri $VM_SUITE-updates main"
		echo "deb $key $uri $VM_SUITE-backports main"
	done
	for uri in $(archive_uris Debian-Security); do
		echo "deb $key $uri $VM_SUITE-security main"
	done
}

# Proxy, retries and clock tolerance of the machine hold for its mirrors too.
apt_options() {
	apt-config dump |
		grep -E '^Acquire::(https?::[Pp]roxy|Retries|Check-(Valid-Until|Date)) ' || true
}
