#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Prints the QEMU arguments of the fastest accelerator that works here:
#
#	accel.sh KERNEL-IMAGE
#
# /dev/kvm may exist and yet run no ordinary guest (it then spins for ever),
# so it is believed only after a boot: a kernel that reaches its init within
# five seconds. The answer holds until the machine boots again.
set -eu
. "$(dirname "$0")/lib.sh"

KVM="-accel kvm -cpu host"
TCG="-accel tcg,thread=multi,tb-size=512 -cpu max"

# One static program that says a word and switches off.
probe_initrd() {
	mkdir -p "$1/d/bin"
	cp "$("$VM_DIR/root.sh")/usr/bin/busybox" "$1/d/bin/"
	printf '#!/bin/busybox sh\necho nvmux-kvm-works\n/bin/busybox poweroff -f\n' \
		>"$1/d/init"
	chmod +x "$1/d/init"
	(cd "$1/d" && find . | cpio -o -H newc --quiet) >"$1/initrd"
}

kvm_works() {
	local dir=$1
	[ -w /dev/kvm ] || return 1
	probe_initrd "$dir"
	# shellcheck disable=SC2086
	timeout -k 1 5 qemu-system-x86_64 $KVM -M q35 -m 256M -nographic -no-reboot \
		-net none -kernel "$2" -initrd "$dir/initrd" \
		-append "console=ttyS0 quiet panic=-1" </dev/null 2>&1 |
		grep -q nvmux-kvm-works
}

probe() {
	local tmp
	tmp=$(scratch accel)
	if kvm_works "$tmp" "$1"; then echo "$KVM"; else echo "$TCG"; fi
	rm -r "$tmp"
}

main() {
	local file
	file=$VM_CACHE/accel-$(key "$0" /proc/sys/kernel/random/boot_id)
	lock accel
	if ! [ -s "$file" ]; then
		probe "$1" >"$file.new"
		mv "$file.new" "$file"
	fi
	cat "$file"
}

main "$1"
