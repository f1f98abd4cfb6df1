#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the VM's system disk from the build root; prints its path. It holds no
# kernel and nothing of ours that changes often: those are layers above it.
#
#	image.sh [--cold]
#
# libvirt asks its QEMU for its abilities once, which takes eight seconds on an
# emulated CPU. A first boot of the cold image does that, and the answer is
# baked into the final one.
set -eu
. "$(dirname "$0")/lib.sh"

copy_root() {
	mkdir "$2"
	rsync -a --exclude-from="$VM_DIR/image.exclude" "$1/" "$2/"
}

# Empty the lists of wanted units but for ours.
trim_units() {
	local link
	for link in "$1"/{etc,usr/lib}/systemd/system/*.wants/*; do
		[ -L "$link" ] || continue
		grep -qx "$(basename "$link")" "$VM_DIR/units.vm" || rm "$link"
	done
	ln -sfn nvmux-test.target "$1/usr/lib/systemd/system/default.target"
	ln -sfn /dev/null "$1/etc/systemd/system/systemd-logind.service"
}

# Identity is fixed: first-boot logic costs time and makes runs differ.
configure() {
	echo nvmux-vm >"$1/etc/hostname"
	echo '127.0.0.1 localhost nvmux-vm' >"$1/etc/hosts"
	echo 6e766d75780000000000000000000001 >"$1/etc/machine-id"
	: >"$1/etc/fstab"
	mkdir -p "$1/etc/systemd/journald.conf.d" "$1/mnt/share" "$1/mnt/out"
	printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\nAudit=no\n' \
		>"$1/etc/systemd/journald.conf.d/vm.conf"
	rm -f "$1"/usr/lib/udev/rules.d/{60-persistent,75-,78-,96-}*
}

# Kernel and initramfs of guests that tests start in the VM.
add_guest() {
	install -Dm0644 "$GUEST_KERNEL" "$1/usr/share/nvmux-test/vmlinuz"
	install -Dm0644 "$GUEST_INITRD" "$1/usr/share/nvmux-test/initrd.img"
}

make_cold() {
	copy_root "$ROOT" "$1/tree"
	add_guest "$1/tree"
	trim_units "$1/tree"
	configure "$1/tree"
	make_disk "$1/tree" "$1/root.img"
}

# The cache names the QEMU binary by its change time: same tree, second disk.
warm() {
	mkdir "$1/out"
	env VM_KERNEL=distro VM_INIT=systemd VM_IMAGE="$1/root.img" VM_STAGE=none \
		VM_SIM=none VM_VRAM=0 VM_LIBVIRT=0 VM_SHARE='' VM_OUT="$1/out" \
		VM_TIMEOUT=300 VM_CONSOLE="$1/console" VM_APPEND='' \
		"$VM_DIR/run.sh" 'vm-start-libvirt && virsh domcapabilities >/dev/null &&
			tar -C / -cf /mnt/out/cache.tar var/cache/libvirt' >&2
	tar -xf "$1/out/cache.tar" -C "$1/tree"
	make_disk "$1/tree" "$1/root.img"
}

build() {
	make_cold "$1"
	[ "$VARIANT" = cold ] || warm "$1"
	rm -r "$1/tree"
	rm -rf "$1/out" "$1/console"
}

main() {
	local dir tmp
	need_root
	VARIANT=warm
	[ "${1:-}" != --cold ] || VARIANT=cold
	ROOT=$("$VM_DIR/root.sh")
	GUEST_KERNEL=$("$VM_DIR/guest-kernel.sh")
	GUEST_INITRD=$("$VM_DIR/guest-initramfs.sh")
	dir=$VM_CACHE/image-$VARIANT-$(key "$0" "$VM_DIR/image.exclude" \
		"$VM_DIR/units.vm" "$ROOT" "$GUEST_KERNEL" "$GUEST_INITRD")
	lock "image-$VARIANT"
	if ! [ -d "$dir" ]; then
		log "making the VM's disk"
		tmp=$(scratch "image-$VARIANT")
		build "$tmp"
		publish "$tmp" "$dir" "image-$VARIANT-*"
	fi
	echo "$dir/root.img"
}

main "$@"
