#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is spent without being asked for: memory of the kernel and of the daemon, time to load.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Bytes that the kernel has for itself at this moment, without what it would give back.
kernel_bytes_now() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(SUnreclaim|VmallocUsed|Percpu|KernelStack|PageTables):/ { kib += $2 }
		END { printf "%d\n", kib * 1024 }' /proc/meminfo
}

# When all is at rest: the least of some moments, for whoever runs in one has a stack and page
# tables. The workers of udev, which linger after much to do, are ended.
kernel_bytes() {
	local i bytes least=
	udevadm settle
	udevadm control --reload
	sync
	for ((i = 0; i < 4; i++)); do
		sleep 1
		bytes=$(kernel_bytes_now)
		[ -n "$least" ] && ((bytes >= least)) || least=$bytes
	done
	echo "$least"
}

# Bytes for each of N things: with them, less the mean of before and after.
bytes_each() { # N ADD DEL
	local before between after
	before=$(kernel_bytes)
	"$2"
	between=$(kernel_bytes)
	"$3"
	after=$(kernel_bytes)
	echo $(((between - (before + after) / 2) / $1))
}

VGPUS=128
PEERS=24	# as many as mtty has
PEER_TYPES=/sys/class/mdev_bus/mtty/mdev_supported_types/mtty-1

ours_add() { many_vgpus_add $VGPUS; }
ours_del() { mdevs_del bbbb; }
peers_del() { mdevs_del cccc; }

peers_add() {
	local i
	for ((i = 0; i < PEERS; i++)); do
		printf '%08x-cccc-4ccc-8ccc-cccccccccccc' $i >$PEER_TYPES/create
	done
}

mdevs_del() { # WORD of their UUIDs
	local file
	for file in /sys/bus/mdev/devices/*-"$1"-*/remove; do
		echo 1 >"$file"
	done
}

# Per device, with its mdev device, its group and its files in sysfs.
row_vgpu() {
	local i ours peer
	for ((i = -1; i < ROUNDS; i++)); do
		ours=$(bytes_each $VGPUS ours_add ours_del)
		peer=$(bytes_each $PEERS peers_add peers_del)
		((i < 0)) || echo "$ours $peer"
	done
}

gpus_vgpu() { many_mode vgpu; }
gpus_host() { many_mode host; }

row_gpu() {
	local i bytes
	for ((i = -1; i < ROUNDS; i++)); do
		gpus_host
		bytes=$(bytes_each $MANY_GPUS gpus_vgpu gpus_host)
		((i < 0)) || echo "$bytes"
	done
}

daemon_rss() {
	local pid
	pid=$(systemctl show -P MainPID nvmuxd.service)
	awk '/^VmRSS:/ { print $2 * 1024 }' "/proc/$pid/status"
}

row_daemon() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		daemon_start
		nvmux vgpu list >/dev/null
		daemon_rss
	done
}

# From the same file system, without their dependencies, which both have.
row_load() {
	local path=/root/bench/nvmux.ko
	cp "$(modinfo -n nvmux)" $path
	unload
	trap load_again EXIT
	alternate load_ours load_peer unload
}

load_ours() { insmod /root/bench/nvmux.ko; }
load_peer() { insmod /root/bench/modules/mtty.ko; }

unload() { rmmod nvmux mtty 2>/dev/null || true; }

load_again() {
	load_ours
	load_peer
}

"row_$1"
