#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Boots the test VM and runs one command in it:
#
#	run.sh [COMMAND]
#
# The command runs as root by bash -c; its output comes as it is written, its
# exit status is ours. Without a command: a root shell on this terminal.
#
#	VM_KERNEL=distro	kernel: distro, bpo (newest backport), debug, kcsan, gcov, clang
#	VM_SIM=lab		simulated boards: lab, names as 'a30 a30', or none
#	VM_INIT=systemd		plain: no systemd, udev, dbus (default on kernels of
#				ours, where they take over a minute; VM_LIBVIRT=1 needs them)
#	VM_LIBVIRT=0		1: libvirt is up before the command
#	VM_SHARE=DIR		seen read-only at /mnt/share
#	VM_OUT=DIR		seen at /mnt/out, writable
#	VM_STATE=FILE		a tar that lies over the disk: what an earlier boot has left
#	VM_MEM=3G VM_CPUS=2	size of the machine
#	VM_TIMEOUT=600		seconds until the VM is killed
#	VM_VRAM=256G		memory of the simulated boards (0 without boards)
#	VM_STAGE=auto		auto: build the checkout; none: only Debian; or a disk
#	VM_CONSOLE=FILE		keep the console log there
#	VM_APPEND=WORDS		more kernel command line
#
# Exit status 125: the VM died or took too long; the end of the console follows.
# 126: so it did, and by a crash of QEMU itself.
set -eu
. "$(dirname "$0")/lib.sh"

defaults() {
	: "${VM_KERNEL:=distro}" "${VM_SIM:=lab}" "${VM_LIBVIRT:=0}"
	: "${VM_SHARE:=}" "${VM_OUT:=}" "${VM_STATE:=}" "${VM_MEM:=3G}" "${VM_CPUS:=2}"
	: "${VM_TIMEOUT:=600}" "${VM_STAGE:=auto}" "${VM_APPEND:=}"
	default_init
	default_ports
	[ "$VM_SIM" != none ] || : "${VM_VRAM:=0}"
	: "${VM_VRAM:=256G}"
}

# A kernel of the backports (7.3) loses what is written to virtio's ports once the devices have slept.
# Serial lines do as well, and are slower.
default_ports() {
	case $VM_KERNEL in bpo) SERIAL=1 ;; *) SERIAL='' ;; esac
}

default_init() {
	local init=systemd
	case $VM_KERNEL.$VM_LIBVIRT in debug.0 | kcsan.0 | gcov.0 | clang.0) init=plain ;; esac
	case ${VM_INIT:=$init} in
	systemd) INIT=/usr/lib/systemd/systemd ;;
	plain) INIT=/usr/lib/nvmux-test/plain-init ;;
	*) die "VM_INIT=$VM_INIT: systemd or plain" ;;
	esac
}

# What the VM is made of; each script builds or finds.
artefacts() {
	local dir
	"$VM_DIR/host-deps.sh"
	KERNEL=$("$VM_DIR/kernel.sh" "$VM_KERNEL")/vmlinuz
	dir=$("$VM_DIR/modules.sh" "$VM_KERNEL")
	INITRD=$dir/initrd
	IMAGE=${VM_IMAGE:-$("$VM_DIR/image.sh")}
	case $VM_STAGE in
	none) STAGE=$dir/stage.img ;;
	auto) STAGE=$("$VM_DIR/build.sh" --kernel "$VM_KERNEL") || exit 125 ;;
	*) STAGE=$VM_STAGE ;;
	esac
	ACCEL=$("$VM_DIR/accel.sh" "$KERNEL")
}

# A second cpio behind the cached initramfs carries what differs per run, and
# our few files for the VM: baked into the image, each edit would rebuild it.
pack_command() {
	local top=$RUN/initrd.d/nvmux-test
	mkdir -p "$top"
	cp "$VM_DIR/guest/init" "$RUN/initrd.d/"
	cp -r "$VM_DIR/guest/usr" "$top/"
	printf '%s=%q\n' VM_SERIAL "$SERIAL" VM_SIM "$VM_SIM" VM_LIBVIRT "$VM_LIBVIRT" \
		TERM "${TERM:-dumb}" >"$top/env"
	printf '%s' "$1" >"$top/command"
	printf '%s' "$INIT" >"$top/init"
	[ -z "$VM_SHARE" ] || : >"$top/share"
	[ -z "$VM_OUT" ] || : >"$top/out"
	[ -z "$VM_STATE" ] || cp "$VM_STATE" "$top/state.tar"
	pad "$INITRD"
	(cd "$RUN/initrd.d" && find init nvmux-test | cpio -o -H newc --quiet) >>"$RUN/initrd"
}

# The kernel finds the next archive at a multiple of four bytes.
pad() {
	cp "$1" "$RUN/initrd"
	truncate -s %4 "$RUN/initrd"
}

# No IOMMU for the VM: the simulator is one, and the first to register wins.
machine() {
	# shellcheck disable=SC2206
	ARGS=($ACCEL -M "q35,memory-backend=ram" -m "$VM_MEM" -smp "$VM_CPUS"
		-object "memory-backend-ram,id=ram,size=$VM_MEM,reserve=off"
		-nodefaults -display none -no-reboot
		-serial "file:$CONSOLE"
		-drive "file=$IMAGE,if=virtio,format=raw,readonly=on"
		-drive "file=$STAGE,if=virtio,format=raw,readonly=on"
		-kernel "$KERNEL" -initrd "$RUN/initrd" -append "$(command_line)")
}

# QEMU up to 7.2 translates a program anew for each address that it is loaded to: without randomised
# addresses what starts many programs takes half the time.
command_line() {
	echo "norandmaps console=ttyS0 quiet loglevel=5 log_buf_len=32M panic=-1 audit=0" \
		"mitigations=off lsm=capability,landlock,yama systemd.show_status=false $VM_APPEND"
}

# Memory of the simulated boards: real sizes, of which only touched pages exist.
vram() {
	[ "$VM_VRAM" != 0 ] || return 0
	ARGS+=(-object "memory-backend-ram,id=vram,size=$VM_VRAM,reserve=off"
		-device "ivshmem-plain,memdev=vram")
}

shares() {
	[ -z "$VM_SHARE" ] || ARGS+=(-virtfs
		"local,path=$VM_SHARE,mount_tag=share,security_model=none,readonly=on")
	[ -z "$VM_OUT" ] || ARGS+=(-virtfs
		"local,path=$VM_OUT,mount_tag=out,security_model=none")
}

# A fifo, because QEMU truncates files and a terminal must not become
# non-blocking.
ports() {
	mkfifo "$RUN/output"
	[ -z "$SERIAL" ] || { ARGS+=(-serial "file:$RUN/output" -serial "file:$RUN/status"); return; }
	ARGS+=(-device virtio-serial-pci
		-chardev "file,id=output,path=$RUN/output"
		-device "virtserialport,chardev=output,nr=1,name=output"
		-chardev "file,id=status,path=$RUN/status"
		-device "virtserialport,chardev=status,nr=2,name=status")
}

terminal() {
	ARGS+=(-device virtio-serial-pci -chardev "stdio,id=tty,signal=off"
		-device "virtconsole,chardev=tty,nr=0")
}

# Ends our QEMU and nothing else.
cleanup() {
	[ -z "${QEMU:-}" ] || kill "$QEMU" 2>/dev/null || true
	rm -rf "$RUN"
}

# We hold the fifo open, so that the reader starts before QEMU writes and ends
# after QEMU is gone, even when it never came to open it.
boot() {
	ENDED=0
	exec {HOLD}<>"$RUN/output"
	tee "$RUN/said" <"$RUN/output" {HOLD}>&- &
	READER=$!
	timeout -k 5 "$VM_TIMEOUT" qemu-system-x86_64 "${ARGS[@]}" \
		</dev/null >"$RUN/qemu.log" 2>&1 {HOLD}>&- &
	QEMU=$!
	wait "$QEMU" || ENDED=$?
	QEMU=''
	exec {HOLD}>&-
	wait "$READER"
}

# Of a signal that says that QEMU itself is broken: SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
crashed() {
	case $((ENDED - 128)) in 4 | 6 | 7 | 8 | 11) return 0 ;; *) return 1 ;; esac
}

# An emulator that dies while the VM's CPUs come up, as QEMU has been seen to do, says nothing
# about us. As soon as the command has said a word it counts.
boot_again() {
	crashed && [ ! -s "$RUN/said" ] || return 0
	log "QEMU died of signal $((ENDED - 128)) before the command began: once more"
	boot
}

# An empty status file is a VM that never came to the end of the command.
report() {
	local status
	status=$(tr -dc 0-9 <"$RUN/status" 2>/dev/null || true)
	if [ -z "$status" ]; then
		log "the VM ended without a result (QEMU's status $ENDED, timeout $VM_TIMEOUT s); its console:"
		tail -n 40 "$CONSOLE" "$RUN/qemu.log" >&2 || true
		status=125
		! crashed || status=126
	fi
	exit "$status"
}

main() {
	defaults
	artefacts
	mkdir -p "$VM_CACHE/tmp"
	RUN=$(mktemp -d "$VM_CACHE/tmp/run.XXXXXX")
	trap cleanup EXIT
	trap 'exit 130' INT TERM
	CONSOLE=${VM_CONSOLE:-$RUN/console}
	pack_command "${1:-}"
	machine
	vram
	shares
	if [ -n "${1:-}" ]; then
		ports
		boot
		boot_again
		report
	fi
	terminal
	qemu-system-x86_64 "${ARGS[@]}"
}

main "$@"
