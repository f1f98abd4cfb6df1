#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Measures nvmux beside what people use today, all in one boot of the test VM, and prints one
# table; fails when a row misses its target:
#
#	bench.sh [--keep]
#
#	BENCH=*			globs over the names of the rows in rows.yaml
#	ROUNDS=			how often each row is run, instead of what rows.yaml says
#	VM_KERNEL=distro	distro or bpo; a debugging kernel measures itself
#
# --keep makes the results those of the repository: results.json beside this script, and the page
# Documentation/benchmarks.rst.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
. "$HERE/../testing/vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS
: "${BENCH:=*}" "${ROUNDS:=}" "${VM_KERNEL:=distro}"

compile() {
	"$VM_DIR/enter.sh" -b "$TOP:/src:ro" -b "$1:/bin-out" -C /src/tools/bench/probe \
		make -s OUT=/bin-out >&2
}

# All that the VM sees of us.
gather() {
	local peers
	peers=$("$HERE/peers.sh" "$VM_KERNEL")
	mkdir -p "$1/share/bin" "$1/out"
	cp -r "$peers/modules" "$peers/root" "$1/share/"
	cp -r "$HERE"/{guest.sh,run.py,rows.yaml,rows} "$1/share/"
	compile "$1/share/bin"
}

accelerator() {
	case $("$VM_DIR/accel.sh" "$("$VM_DIR/kernel.sh" "$VM_KERNEL")/vmlinuz") in
	*kvm*) echo KVM ;;
	*) echo 'QEMU TCG (emulated CPU)' ;;
	esac
}

command_line() {
	printf '%s=%q ' BENCH "$BENCH" ROUNDS "$ROUNDS" BENCH_ACCEL "$(accelerator)" \
		BENCH_COMMIT "$(git -C "$TOP" describe --always --dirty 2>/dev/null || echo unknown)"
	echo bash /mnt/share/guest.sh
}

run_vm() {
	VM_KERNEL=$VM_KERNEL VM_INIT=systemd VM_SHARE=$1/share VM_OUT=$1/out \
		VM_CONSOLE=$1/out/console VM_TIMEOUT=3600 "$VM_DIR/run.sh" "$(command_line)" >&2
}

keep() {
	cp "$1" "$HERE/results.json"
	"$HERE/report.py" page "$HERE/results.json" >"$TOP/Documentation/benchmarks.rst"
}

main() {
	local dir last=$VM_CACHE/last-bench
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	dir=$(mktemp -d "$VM_CACHE/tmp/bench.XXXXXX")
	gather "$dir"
	run_vm "$dir" || log "the VM ended with status $?"
	rm -rf "$last"
	mv "$dir/out" "$last"
	rm -rf "$dir"
	log "results and console are in $last"
	[ "${1:-}" != --keep ] || keep "$last/results.json"
	"$HERE/report.py" table "$last/results.json"
}

main "$@"
