# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the rows share that are measured by a shell. A row prints "OURS PEER" for each of its
# ROUNDS, in the unit of rows.yaml; a command that fails ends the row, and fails it.
set -eu
: "${ROUNDS:=10}" "${GPU:=0001:81:00.0}" "${TWIN:=0001:e2:00.0}"
PCI=/sys/bus/pci/devices
UUID=11111111-aaaa-4aaa-8aaa-000000000001
export ROUNDS GPU TWIN PCI UUID

# Exit status of a row that cannot be measured here; its last line says why.
skip() { echo "$*"; exit 4; }

# Microseconds of a command, in $US. Bash reads the clock itself, nothing is started for that.
timed() { # COMMAND...
	local begin=${EPOCHREALTIME/./}
	"$@" >/dev/null
	US=$((${EPOCHREALTIME/./} - begin))
}

# Both sides in turns, the other one first in every second round; a first round does not count.
# What brings the world back to where both begin is not timed.
alternate() { # OURS PEER [BETWEEN]
	local i ours peer between=${3:-true}
	for ((i = -1; i < ROUNDS; i++)); do
		if ((i & 1)); then
			timed "$2"; peer=$US; "$between"
			timed "$1"; ours=$US; "$between"
		else
			timed "$1"; ours=$US; "$between"
			timed "$2"; peer=$US; "$between"
		fi
		((i < 0)) || echo "$ours $peer"
	done
}

# One side that has no peer.
repeat() { # COMMAND...
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		timed "$@"
		echo "$US"
	done
}

# The daemon with nothing configured; rows that do without it stop it. It cleans no memory between
# tenants, which none of its peers does.
daemon_start() {
	daemon_stop
	mkdir -p /etc/nvmux/nvmux.conf.d
	printf '[gpu]\nscrub=off\n' >/etc/nvmux/nvmux.conf.d/00-bench.conf
	rm -rf /etc/nvmux/gpus.d /run/nvmux/claims /var/lib/nvmux/*
	systemctl -q unmask --runtime nvmuxd.service
	systemctl start nvmuxd.service
}

daemon_stop() {
	systemctl -q mask --runtime nvmuxd.service 2>/dev/null
	systemctl stop nvmuxd.service
}

# The same sixteen GPUs and 512 vGPUs wherever a row is about many. Their memory is never touched,
# so it need not exist.
MANY_GPUS=16
MANY_TYPE=RTX5000-Ada-1Q
CONFIGFS=/sys/kernel/config/nvmux_sim

many_gpu() { printf '0003:%02x:00.0' "$(($1 + 1))"; }
many_uuid() { printf '%08x-bbbb-4bbb-8bbb-bbbbbbbbbbbb' "$1"; }

many_gpus_add() {
	local i
	for ((i = 0; i < MANY_GPUS; i++)); do
		mkdir "$CONFIGFS/bench$i"
		echo rtx5000ada >"$CONFIGFS/bench$i/model"
		many_gpu $i >"$CONFIGFS/bench$i/address"
		echo 1 >"$CONFIGFS/bench$i/hollow"
		echo 1 >"$CONFIGFS/bench$i/live"
	done
	many_mode vgpu
}

many_mode() { # MODE
	local i
	for ((i = 0; i < MANY_GPUS; i++)); do
		nvmux_tool mode "$(many_gpu $i)" "$1" &
	done
	wait
}

many_vgpus_add() { # N
	local i types
	for ((i = 0; i < $1; i++)); do
		types=$PCI/$(many_gpu $((i / 32)))/mdev_supported_types
		many_uuid $i >"$types/nvmux-$MANY_TYPE/create"
	done
}

many_del() {
	local file
	for file in /sys/bus/mdev/devices/*-bbbb-*/remove; do
		[ ! -e "$file" ] || echo 1 >"$file"
	done
	for file in "$CONFIGFS"/bench*; do
		[ ! -e "$file" ] || rmdir "$file"
	done
}
