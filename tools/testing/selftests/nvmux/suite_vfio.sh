#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own tests of VFIO, selftests/vfio, as they are: against a whole GPU in passthrough
# mode, and against a vGPU, which they take for a PCI function (suite_disguise.sh). Each case of
# theirs is one here. Those that are known not to pass are in suite_vfio.known: it is red when
# another one fails, and when one of them passes. NVMUX_VFIO_SUITE is the folder of their programs
# where it does not lie beside the tests. With NVMUX_BDF the GPU is a real one.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SUITE=${NVMUX_VFIO_SUITE:-$HERE/../vfio}
OUTPUT=/tmp/suite_vfio.output
PATIENCE=400
CONFIGFS=/sys/kernel/config/nvmux_sim/suite
BOARD=${NVMUX_BDF:-0002:41:00.0}
PLACE=0000:ff:00.0
PROGRAMS="vfio_pci_device_test vfio_iommufd_setup_test vfio_pci_device_init_perf_test
	vfio_dma_mapping_test vfio_dma_mapping_mmio_test vfio_pci_sriov_uapi_test
	vfio_pci_driver_test"
HUGE=/proc/sys/vm/nr_hugepages

mapfile -t KNOWN < <(grep -v '^#' "$HERE/suite_vfio.known")

has_iommufd() { [ -e /dev/iommu ] && grep -q ' vfio-dev$' /proc/devices; }

# shellcheck disable=SC2053 # a pattern
release_is() { [[ $(uname -r) == $1 ]]; }

applies() { # WHEN
	case $1 in
	any) ;;
	no-iommufd) ! has_iommufd ;;
	*) release_is "$1" ;;
	esac
}

# Prints why a case is known not to pass; "-" is the program as a whole.
known() { # DEVICE PROGRAM CASE
	local line when device program name reason
	for line in "${KNOWN[@]}"; do
		read -r when device program name reason <<<"$line"
		# shellcheck disable=SC2053 # patterns
		[[ $1 == $device && $2 == $program && $3 == $name ]] || continue
		applies "$when" || continue
		echo "$reason"
		return
	done
	return 1
}

tell_skip() { # NAME REASON
	__ktap_test ok "$1" "SKIP $2"
	KTAP_CNT_SKIP=$((KTAP_CNT_SKIP + 1))
}

# A case that passes though it is known not to: the list is wrong.
tell() { # ok|not-ok DEVICE PROGRAM CASE
	local name=$2/$3/$4 reason
	if reason=$(known "$2" "$3" "$4"); then
		case $1 in
		ok) ktap_test_fail "$name passes, though listed: $reason" ;;
		*) tell_skip "$name" "known: $reason" ;;
		esac
	elif [ "$1" = ok ]; then
		ktap_test_pass "$name"
	else
		ktap_test_fail "$name"
	fi
}

# One case of ours for each of theirs, and all that were promised.
judge() { # DEVICE PROGRAM
	local line plan=none seen=0
	local answer='^(not )?ok [0-9]+ ([^ #]+)( # SKIP (.*))?'
	while read -r line; do
		if [[ $line =~ ^1\.\.([0-9]+) ]]; then
			plan=${BASH_REMATCH[1]}
		elif [[ $line =~ $answer ]]; then
			seen=$((seen + 1))
			if [ -n "${BASH_REMATCH[3]}" ]; then
				tell_skip "$1/$2/${BASH_REMATCH[2]}" "${BASH_REMATCH[4]}"
			else
				tell "${BASH_REMATCH[1]:+not-}ok" "$1" "$2" "${BASH_REMATCH[2]}"
			fi
		fi
	done <$OUTPUT
	[ "$plan" = $seen ] || ktap_test_fail "$1/$2 told $seen of $plan cases"
}

# The others have their time limit for each case; a program has one for all.
run_program() { # DEVICE PROGRAM COMMAND...
	local device=$1 program=$2 reason status=0 red=$KTAP_CNT_FAIL begin=$SECONDS
	shift 2
	if reason=$(known "$device" "$program" -); then
		tell_skip "$device/$program" "$reason"
		return
	fi
	timeout -k 5 $PATIENCE "$@" >$OUTPUT 2>&1 || status=$?
	if [ $status = "$KSFT_SKIP" ] && ! grep -q '^ok' $OUTPUT; then
		tell_skip "$device/$program" "$(tail -n 1 $OUTPUT | sed 's/.*# SKIP //')"
	else
		judge "$device" "$program"
	fi
	[ "$red" = "$KTAP_CNT_FAIL" ] || sed 's/^/#   /' $OUTPUT
	echo "# $device/$program: status $status, $((SECONDS - begin)) s"
}

# A simulated one has the smallest BAR1 there is, since they map all of it page by page.
board_make() {
	[ -z "${NVMUX_BDF:-}" ] || return 0
	mkdir $CONFIGFS &&
		echo rtxa4000 >$CONFIGFS/model &&
		echo "$BOARD" >$CONFIGFS/address &&
		echo 64 >$CONFIGFS/bar1_mib &&
		echo 1 >$CONFIGFS/live
}

board_drop() {
	[ -n "${NVMUX_BDF:-}" ] || rmdir $CONFIGFS
}

suite_on_board() {
	local program
	if ! board_make || ! "$TOOL" mode "$BOARD" passthrough; then
		ktap_test_fail "board is in passthrough mode"
		return
	fi
	for program in $PROGRAMS; do
		run_program board "$program" "$SUITE/$program" "$BOARD"
	done
	"$TOOL" mode "$BOARD" host
	board_drop
}

# They name a device by its PCI address, which the door of iommufd needs for its path only. They map
# whole BARs whatever the kernel says of the part that can be mapped: the type is one whose memory
# fills its BAR1.
suite_on_vgpu() {
	local program
	if ! has_iommufd; then
		tell_skip vgpu "needs iommufd"
		return
	fi
	if ! "$TOOL" mode "$GPU_A" vgpu || ! create "$GPU_A" A30-4C "$UUID_1"; then
		ktap_test_fail "vgpu is made"
		return
	fi
	for program in $PROGRAMS; do
		run_program vgpu "$program" "$HERE/suite_disguise.sh" "$MDEV/$UUID_1" $PLACE \
			"10de:$(sed 's/0x//' "$SYS/$GPU_A/device")" "$SUITE/$program" $PLACE
	done
}

# That they have something to say: the kernel's sample device is none of theirs.
suite_on_sample() {
	local parent=/sys/class/mtty/mtty/mdev_supported_types/mtty-1
	if ! has_iommufd || ! modprobe -q mtty; then
		tell_skip sample "needs iommufd and the sample driver mtty"
		return
	fi
	echo "$UUID_2" >$parent/create
	"$HERE/suite_disguise.sh" "$MDEV/$UUID_2" $PLACE 4348:3253 \
		"$SUITE/vfio_pci_device_test" $PLACE >$OUTPUT 2>&1
	if grep -q '^not ok' $OUTPUT && ! grep -q '^ok' $OUTPUT; then
		ktap_test_pass "sample passes none of vfio_pci_device_test"
	else
		ktap_test_fail "sample passes none of vfio_pci_device_test"
		sed 's/^/#   /' $OUTPUT
	fi
	echo 1 >"$MDEV/$UUID_2/remove"
	rmmod mtty
}

[ -x "$SUITE/vfio_pci_device_test" ] || skip_all 'selftests/vfio of the kernel is not installed'
modprobe -q vfio-pci
modprobe -q iommufd
setup || skip_all 'the GPUs cannot be brought to the host'
ktap_print_header
echo "# selftests/vfio: $(cat "$SUITE/version" 2>/dev/null)"
huge=$(cat $HUGE)
echo 4 >$HUGE
suite_on_board
suite_on_vgpu
suite_on_sample
echo "$huge" >$HUGE
teardown
ktap_set_plan $((KTAP_TESTNO - 1))
ktap_finished
