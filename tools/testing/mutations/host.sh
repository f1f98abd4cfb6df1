#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the build root, in a copy of the tree: mutants of what the tests of
# the host test. "host.sh PLAN", lines NAME TEST CHOICE; for what it says see
# lib.sh.
set -u
. tools/testing/mutations/lib.sh
LOG=$(mktemp)
SECONDS_MAX=300

# A mutant need not be beautiful: what it no longer uses is no error.
make_test() {
	case $1 in
	unit:*) make -s -C tools/testing/unit CC='gcc -w' "build/${1#*:}" ;;
	user:*) make -s -C userspace CC='gcc -w' all "build/tests/${1#*:}" ;;
	esac
}

run_test() {
	case $1 in
	unit:*) cd tools/testing/unit && timeout $SECONDS_MAX "build/${1#*:}" ;;
	user:*) cd userspace && NVMUX_HOOK=build/nvmux-libvirt-hook \
		timeout $SECONDS_MAX "build/tests/${1#*:}" ;;
	esac
}

try() { # NAME TEST
	if ! make_test "$2" >"$LOG" 2>&1; then
		tail -n 3 "$LOG"
		say "$1" "does not build"
		return
	fi
	(run_test "$2") </dev/null >"$LOG" 2>&1
	verdict "$1" $? "$LOG" "$2"
}

mutant() { # NAME TEST
	if ! apply "$1" 2>"$LOG"; then
		cat "$LOG"
		say "$1" "does not apply"
		return
	fi
	try "$1" "$2"
	undo "$1"
}

while read -r name test _; do
	case $name in
	base:*) try "$name" "$test" ;;
	*) mutant "$name" "$test" ;;
	esac
done <"$1"
