# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# For checks that boot VMs of their own, each as one test program with its cases: sourced by them.
#
#	TESTS=*		a glob that must match the name of the check
set -eu
shopt -s extglob
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

# prepare() fills the folder DIR, in_vm() boots what shares it and prints cases. Prints KTAP as the
# runner of the kselftests does.
vm_case() { # NAME
	local not=''
	# shellcheck disable=SC2254
	case $1 in ${TESTS:-*}) ;; *) return 0 ;; esac
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	DIR=$(mktemp -d "$VM_CACHE/tmp/$1.XXXXXX")
	trap 'rm -rf "$DIR"' EXIT
	prepare
	printf 'TAP version 13\n1..1\n# selftests: nvmux: %s\n' "$1"
	set -o pipefail
	in_vm | sed 's/^/# /' || not='not '
	echo "${not}ok 1 selftests: nvmux: $1"
}
