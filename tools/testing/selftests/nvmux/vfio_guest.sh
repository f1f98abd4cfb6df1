#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The contract of a vGPU as a guest finds it: a small Linux in QEMU runs nvmux-guest, and its list
# of checks is compared with the one that vfio_contract_test asks of the vGPU itself.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

FIRMWARE=/usr/share/qemu/qboot.rom
KERNEL=/usr/share/nvmux-test/vmlinuz
INITRD=/usr/share/nvmux-test/initrd.img
CONSOLE=/tmp/vfio_guest.console
PATIENCE=240
# empty: by group and container
DOOR=()

setup() {
	"$TOOL" reset
	"$TOOL" mode "$GPU_A" vgpu
	create "$GPU_A" A30-6C "$UUID_1"
	rm -f $CONSOLE
}

teardown() { "$TOOL" reset; }

# An emulated CPU in an emulated CPU; after=off ends the guest by a reset.
guest_run() { # ARGUMENTS-OF-NVMUX-GUEST...
	timeout -k 5 $PATIENCE qemu-system-x86_64 -M pc,accel=tcg -cpu max -m 128 -nodefaults \
		-display none -no-reboot -bios $FIRMWARE -kernel $KERNEL -initrd $INITRD \
		-global i440FX-pcihost.pci-hole64-size=64G -append "console=ttyS0 quiet after=off -- $*" \
		-serial "file:$CONSOLE" "${DOOR[@]}" \
		-device "vfio-pci,sysfsdev=$MDEV/$UUID_1${DOOR:+,iommufd=door}" \
		>"$CONSOLE.qemu" 2>&1 || { cat "$CONSOLE.qemu" "$CONSOLE"; return 1; }
	tr -d '\r' <$CONSOLE
}

case_contract_holds_in_a_guest() {
	local seen
	seen=$(guest_run --contract --bench)
	grep -E '^(check|bdf=|bar1_|register_|RESULT)' <<<"$seen" | sed 's/^/# /'
	contains 'RESULT ok' "$seen"
	same "checks that are broken" '' "$(grep '^check .* broken' <<<"$seen" || true)"
	same "list of checks" "$("$HERE/vfio_contract_test" | sed -n 's/^ok [0-9]* /check /p')" \
		"$(sed -n 's/^\(check .*\) ok$/\1/p' <<<"$seen")"
}

# What the guest wrote stays with its vGPU, and goes when another one has it.
case_guest_leaves_nothing_behind() {
	local seen
	seen=$(guest_run --seed 7)
	contains 'RESULT ok' "$seen"
	seen=$(guest_run --read-only)
	contains 'first_nonzero=0' "$seen"
	contains 'last_nonzero=0' "$seen"
}

# QEMU opens the vGPU's own file and brings an iommufd.
case_guest_comes_by_the_other_door() {
	local seen
	DOOR=(-object "iommufd,id=door")
	seen=$(guest_run --contract)
	contains 'RESULT ok' "$seen"
	same "checks that are broken" '' "$(grep '^check .* broken' <<<"$seen" || true)"
}

need_program qemu-system-x86_64
if ! [ -e $INITRD ] || ! [ -e $FIRMWARE ]; then skip_all "there is no guest to run"; fi
CASES="contract_holds_in_a_guest guest_leaves_nothing_behind"
if [ -e /dev/iommu ]; then CASES+=" guest_comes_by_the_other_door"; fi
# shellcheck disable=SC2086
run_cases $CASES
