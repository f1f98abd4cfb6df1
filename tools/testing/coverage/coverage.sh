#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which lines the tests reach, as a table: those of the host's tests, and those
# of both modules in the VM's tests on a kernel which can count.
#
#	TESTS=*		glob over the names of the VM's test programs; none: not the VM
#	REFUSALS=	1: list the refusals that nobody has provoked
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../../.." && pwd)
. "$HERE/../vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS
: "${TESTS:=*}" "${REFUSALS:=}"
export TESTS NVMUX_GCOV=1

inside() { # SOURCE COMMAND
	"$VM_DIR/enter.sh" -k distro -b "$1:/src" -b "$DIR:/coverage" -C /src sh -eu -c "$2"
}

# What optimisation would fold together is counted line by line.
host_tests() {
	local cc='gcc -w -O0 --coverage'
	rsync -a --exclude=.git --filter=':- .gitignore' "$TOP/" "$DIR/src/"
	inside "$DIR/src" "
		make -s -C tools/testing/unit CC='$cc' check
		make -s -C userspace CC='$cc' CFLAGS=-g check
	" >&2 || log "some tests have failed"
}

# The counts come among the results, of one VM, and belong beside the objects.
vm_tests() {
	BUILD=$VM_CACHE/build/gcov-gcov-$(sha256sum <<<"$TOP" | cut -c1-12)/src
	VM_KERNEL=gcov CHECK_VMS=1 CHECK_RAW=1 "$HERE/../check-vm.sh" | tee "$DIR/said" |
		grep -v '^# gcov ' | "$HERE/../ktap.py" >&2 || log "some tests have failed"
	[ -d "$BUILD" ] || die "there are no objects in $BUILD"
	find "$BUILD" -name '*.gcda' -delete
	sed -n 's/^# gcov //p' "$DIR/said" | base64 -d | tar -xz -C "$BUILD" --strip-components=2 ./src
}

report() { # SOURCE
	inside "$1" "find /src /coverage -name '*.gcda' |
		python3 tools/testing/coverage/report.py ${REFUSALS:+--refusals}"
}

main() {
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	DIR=$(mktemp -d "$VM_CACHE/tmp/coverage.XXXXXX")
	trap 'rm -rf "$DIR"' EXIT
	host_tests
	BUILD=$DIR/src
	[ "$TESTS" = none ] || vm_tests
	report "$BUILD"
}

main
