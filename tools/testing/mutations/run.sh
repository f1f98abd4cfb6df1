#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Breaks one thing at a time and sees whether a test notices:
#
#	run.sh [GLOB]		over the names of the patches
#
# Each NAME.patch here is a bug that somebody might write. Its first lines say
#
#	# test: PROGRAM		the kselftest that must go red in the VM, or unit:PROGRAM,
#				user:PROGRAM for one of the tests that need no VM
#	# case: NAME		only this case of it; may be left out
#	# variant: NAME		only this variant of it; likewise
#	# kernel: NAME		the kernel which notices, if it is not distro
#	# rule: TEXT		what is broken
#
# A test that is red without the bug proves nothing, so each runs without it
# first. Mutants of the host's tests take seconds each. Those of the VM are all
# built before and tried in as few boots as they leave alive. Prints KTAP.
set -eu
shopt -s extglob	# MUTANTS='@(mode|vgpu)-*'
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../../.." && pwd)
. "$HERE/../vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

field() { sed -n "s/^# $2: //p" "$HERE/$1.patch"; }

# NAME TEST CHOICE of what GLOB chooses. The choice is an option of the test, or "-".
chosen() {
	local path name case variant choice
	for path in "$HERE"/*.patch; do
		name=$(basename "$path" .patch)
		# shellcheck disable=SC2254
		case $name in $1) ;; *) continue ;; esac
		case=$(field "$name" case)
		variant=$(field "$name" variant)
		choice=${case:+-t$case}${variant:+-v$variant}
		echo "$name $(field "$name" test) ${choice:--}"
	done
}

# The tests themselves, without any bug.
with_bases() {
	awk '!seen[$2, $3]++ { print "base:" $2 ":" $3, $2, $3 }' "$1"
	cat "$1"
}

# A copy to be broken. What changes gets a new date, and so do objects, also
# when a run before this one was ended with a bug in place.
copy_tree() {
	WORK=$VM_CACHE/build/mutants-$(sha256sum <<<"$TOP" | cut -c1-12)
	mkdir -p "$WORK/src"
	rsync -rlpc --delete --exclude=.git --filter=':- .gitignore' "$TOP/" "$WORK/src/"
}

inside() { # ARGUMENTS OF enter.sh...
	"$VM_DIR/enter.sh" -k "$KERNEL" -b "$WORK/src:/src" -b "$DIR:/mutants" -C /src "$@"
}

host_mutants() {
	grep -E ' (unit|user):' "$DIR/list" >"$DIR/host" || return 0
	with_bases "$DIR/host" >"$DIR/plan"
	inside bash tools/testing/mutations/host.sh /mutants/plan
}

run_vm() {
	VM_KERNEL=$KERNEL VM_INIT=systemd VM_SHARE=$DIR VM_TIMEOUT=7200 VM_STAGE=$STAGE VM_CONSOLE=$WORK/console \
		"$VM_DIR/run.sh" 'bash /mnt/share/guest.sh'
}

# What has a verdict is done. What was begun and has none took the machine along.
after_vm() {
	local name test
	sed -n 's/^= \([^ ]*\) .*/\1/p' "$DIR/said" >"$DIR/done"
	name=$(sed -n 's/^begin \([^ ]*\)$/\1/p' "$DIR/said" | tail -n 1)
	if [ -n "$name" ] && ! grep -qxF "$name" "$DIR/done"; then
		test=$(awk -v name="$name" '$1 == name { print $2 }' "$DIR/plan")
		echo "= $name killed $test, which the machine did not survive"
		echo "$name" >>"$DIR/done"
	fi
	awk 'NR == FNR { done[$1]; next } !($1 in done)' "$DIR/done" "$DIR/plan" >"$DIR/left"
	mv "$DIR/left" "$DIR/plan"
	[ -s "$DIR/done" ]
}

# Those which the kernel is there for that the caller has chosen.
of_kernel() {
	local name kernel
	while read -r name _; do
		kernel=$(field "$name" kernel)
		[ "${kernel:-distro}" != "$KERNEL" ] || grep "^$name " "$DIR/list"
	done < <(grep -vE ' (unit|user):' "$DIR/list")
}

vm_mutants() {
	of_kernel >"$DIR/vm"
	[ -s "$DIR/vm" ] || return 0
	rm -rf "$DIR/trees"
	inside bash tools/testing/mutations/build.sh /mutants/vm /mutants/trees
	STAGE=$("$VM_DIR/build.sh" --kernel "$KERNEL" --source "$TOP")
	if mkdir "$DIR/kselftest" 2>/dev/null; then
		"$VM_DIR/install-tests.sh" "$DIR/kselftest"
	fi
	cp "$HERE/guest.sh" "$HERE/lib.sh" "$DIR/"
	awk 'NR == FNR { built[$1]; next } $1 in built' "$DIR/trees/list" "$DIR/vm" >"$DIR/built"
	with_bases "$DIR/built" >"$DIR/plan"
	while [ -s "$DIR/plan" ]; do
		run_vm | tee "$DIR/said" || true
		after_vm || { echo "= vm failed, it never began; see $WORK/console"; break; }
	done
}

# Lines "= NAME VERDICT TEXT" become KTAP; a base that is red spoils its mutants.
judge() {
	local n=0 tag name verdict text
	declare -A red
	while read -r tag name verdict text; do
		[ "$tag" = = ] || { [ "$tag" = begin ] || echo "# $tag $name $verdict $text"; continue; }
		if [[ $name = base:* ]]; then
			[ "$verdict" = survived ] && continue
			red[${name#base:}]=1
			name=${name#base:} verdict="is red without a bug"
		fi
		n=$((n + 1))
		if [ "$verdict" = killed ] && [ -z "${red[$(base_of "$name")]:-}" ]; then
			echo "ok $n - $name: killed by $text"
		else
			echo "not ok $n - $name: $verdict $text"
		fi
	done
	echo "1..$n"
}

base_of() { awk -v name="$1" '$1 == name { print $2 ":" $3 }' "$DIR/list"; }

main() {
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	DIR=$(mktemp -d "$VM_CACHE/tmp/mutants.XXXXXX")
	trap 'rm -rf "$DIR"' EXIT
	chosen "${1:-*}" >"$DIR/list"
	lock "mutants-$(sha256sum <<<"$TOP" | cut -c1-12)"
	copy_tree
	{
		KERNEL=distro host_mutants
		for KERNEL in distro debug kcsan; do
			vm_mutants
		done
	} | judge
}

set -o pipefail
main "$@" | "$HERE/../ktap.py"
