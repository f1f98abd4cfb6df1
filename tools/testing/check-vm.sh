#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the kselftests in test VMs side by side, each program in one of them:
#
#	check-vm.sh
#
#	TESTS=*			glob over the names of the test programs
#	VM_KERNEL=distro	distro, bpo, debug, kcsan, gcov or clang
#	CHECK_VMS=2		how many VMs; one with the debug kernel takes some 7 GiB
#	CHECK_RAW=		1: print KTAP only, somebody else counts
#	NVMUX_...		what a test program may be told: NVMUX_SEED, NVMUX_SECONDS, ...
#
# Harness and runner are those of the suite's kernel source; they are used
# where they lie and never become part of this repository.
set -eu
shopt -s extglob	# TESTS='@(gpu|vgpu)*'
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS
: "${TESTS:=*}" "${VM_KERNEL:=distro}" "${CHECK_RAW:=}"

# Names of the installed programs that the glob matches.
selected() {
	local name
	while IFS=: read -r _ name; do
		# shellcheck disable=SC2254
		case $name in $TESTS) echo "$name" ;; esac
	done <"$1/kselftest-list.txt"
}

# A debugging kernel on an emulated CPU needs its time; nothing waits for ever.
run_vm() { # DIR VM
	local timeout=3600 memory=3G
	# KASAN shadows an eighth of what is mapped, and vfio-pci maps all 32 GiB of BAR1
	case $VM_KERNEL in
	debug) timeout=7200 memory=12G ;;
	kcsan) timeout=7200 memory=4G ;;
	esac
	VM_KERNEL=$VM_KERNEL VM_MEM=$memory VM_INIT=systemd VM_SHARE=$1 \
		VM_TIMEOUT=$timeout VM_CONSOLE=$1/out/console-$2 VM_STAGE=$STAGE \
		"$VM_DIR/run.sh" "/mnt/share/check-guest.sh $2"
}

# What the tests may be told. Where we keep our cache is none of their business.
settings() {
	local name
	for name in "${!NVMUX_@}"; do
		[ "$name" = NVMUX_CACHE ] || printf 'export %s=%q\n' "$name" "${!name}"
	done
}

# The longest first, each to the VM which has least to do; what nobody has timed yet counts as half
# a minute. A VM runs its programs in the order of the list.
deal() { # DIR
	touch "$TIMES"
	awk -v vms="${CHECK_VMS:-2}" -v file="$1/tests-" '
		FILENAME == ARGV[1] { took[$1] = $2; next }
		{ name[++n] = $1; left[n] = ($1 in took) ? took[$1] + 1 : 30 }
		END {
			for (i = 1; i <= n; i++) {
				most = least = 0
				for (j = 1; j <= n; j++)
					if (!(j in vm) && (!most || left[j] > left[most]))
						most = j
				for (j = 1; j < vms; j++)
					if (load[j] < load[least])
						least = j
				vm[most] = least
				load[least] += left[most]
			}
			for (i = 1; i <= n; i++)
				print name[i] >(file vm[i])
		}' "$TIMES" "$1/tests"
}

# Passes on what a VM says, and writes down how many seconds each program took.
clock() { # FILE
	local line name='' begin=0
	while IFS= read -r line; do
		printf '%s\n' "$line"
		case $line in
		'# selftests: nvmux: '* | 'ok 1 modules can be unloaded'*)
			[ -z "$name" ] || echo "$name $((SECONDS - begin))" >>"$1"
			name=${line##* } begin=$SECONDS
			;;
		esac
	done
}

run_timed() { run_vm "$@" | clock "$1/out/times-$2"; } # DIR VM

# What has not come to its end yet is left in the VM's list.
leave_rest() { # DIR VM
	local file=$1/tests-$2
	touch "$1/out/times-$2"
	awk 'FILENAME == ARGV[1] { ended[$1]; next } !($1 in ended)' "$1/out/times-$2" "$file" \
		>"$file.rest"
	mv "$file.rest" "$file"
	mv "$1/out/console-$2" "$1/out/console-$2.crashed"
}

# An emulator that crashes, which QEMU has been seen to do, says nothing about us: once it may.
run_one() { # DIR VM
	local status=0
	run_timed "$@" || status=$?
	if [ "$status" = 126 ]; then
		leave_rest "$@"
		echo "# once more: QEMU crashed in vm $2, $(wc -l <"$1/tests-$2") test programs are left"
		status=0
		run_timed "$@" || status=$?
	fi
	[ "$status" = 0 ] || echo "not ok - vm $2 came to its end (status $status)"
}

# What the first VM says is told as it comes, then what the others have said.
run_tests() { # DIR
	local vm vms=()
	echo "# kernel: $VM_KERNEL, $(wc -l <"$1/tests") test programs"
	deal "$1"
	for vm in "$1"/tests-*; do
		vms+=("${vm##*-}")
	done
	for vm in "${vms[@]:1}"; do
		run_one "$1" "$vm" >"$1/said-$vm" &
	done
	run_one "$1" "${vms[0]}"
	wait
	for vm in "${vms[@]:1}"; do
		cat "$1/said-$vm"
	done
}

count() { if [ -n "$CHECK_RAW" ]; then cat; else "$HERE/ktap.py"; fi; }

# The newest time of each program.
learn() { # DIR
	find "$1/out" -name 'times-*' -exec cat "$TIMES" {} + |
		awk '{ took[$1] = $2 } END { for (name in took) print name, took[name] }' |
		sort >"$1/times"
	[ ! -s "$1/times" ] || mv "$1/times" "$TIMES"
}

# What the VM left behind is kept for whoever has to look at a failure.
keep() {
	rm -rf "$VM_CACHE/last-$VM_KERNEL"
	mv "$1/out" "$VM_CACHE/last-$VM_KERNEL"
	rm -rf "$1"
	log "the kernel logs are in $VM_CACHE/last-$VM_KERNEL"
}

main() {
	local dir
	"$VM_DIR/host-deps.sh"
	mkdir -p "$VM_CACHE/tmp"
	dir=$(mktemp -d "$VM_CACHE/tmp/check.XXXXXX")
	mkdir "$dir/kselftest" "$dir/out"
	STAGE=$("$VM_DIR/build.sh" --kernel "$VM_KERNEL")
	"$VM_DIR/install-tests.sh" "$dir/kselftest"
	cp "$HERE/check-guest.sh" "$dir/"
	selected "$dir/kselftest" >"$dir/tests"
	settings >"$dir/settings"
	TIMES=$VM_CACHE/times-$VM_KERNEL
	if [ -s "$dir/tests" ]; then
		run_tests "$dir"
		learn "$dir"
	else
		echo "# no test program in the vm matches $TESTS"
	fi
	keep "$dir" >&2
}

set -o pipefail
main | count
