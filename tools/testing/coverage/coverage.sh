#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which lines the tests reach, as a table: those of the host's tests, and those
# of modules and programs in the VM's tests, on a kernel which can count. Refusals
# that nobody has provoked must be known: unreached.yaml says why of each.
#
#	TESTS=*		glob over the names of the VM's test programs; none: not the VM
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../../.." && pwd)
. "$HERE/../vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS
: "${TESTS:=*}"
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

# What one VM has counted comes among its results, and belongs beside the notes of the compiler.
unpack() { # VM
	rsync -a --include='*/' --include='*.gcno' --exclude='*' "$BUILD/" "$DIR/vm-$1/"
	sed -n "s/^# gcov-$1 //p" "$DIR/said" | base64 -d |
		tar -xz -C "$DIR/vm-$1" --strip-components=2 ./src
}

vm_tests() {
	local vm
	BUILD=$VM_CACHE/build/gcov-gcov-$(sha256sum <<<"$TOP" | cut -c1-12)/src
	VM_KERNEL=gcov CHECK_RAW=1 "$HERE/../check-vm.sh" | tee "$DIR/said" |
		grep -v '^# gcov-' | "$HERE/../ktap.py" >&2 || log "some tests have failed"
	[ -d "$BUILD" ] || die "there are no objects in $BUILD"
	while read -r vm; do
		unpack "$vm"
	done < <(sed -n 's/^# gcov-\([0-9]*\) .*/\1/p' "$DIR/said" | sort -u)
}

main() {
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	DIR=$(mktemp -d "$VM_CACHE/tmp/coverage.XXXXXX")
	trap 'rm -rf "$DIR"' EXIT
	host_tests
	[ "$TESTS" = none ] || vm_tests
	inside "$DIR/src" "find /coverage -name '*.gcda' |
		python3 tools/testing/coverage/report.py tools/testing/coverage/unreached.yaml"
}

main
