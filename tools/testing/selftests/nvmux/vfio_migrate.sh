#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A running guest moves from one QEMU to another, from one vGPU to another, on the same GPU or not.
# It uses memory and registers of its vGPU all the time and says each second what it finds; its
# count goes on where it arrives. A stream that is broken on its way is refused there, and the
# source goes on.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

FIRMWARE=/usr/share/qemu/qboot.rom
KERNEL=/usr/share/nvmux-test/vmlinuz
INITRD=/usr/share/nvmux-test/initrd.img
DIR=/tmp/vfio_migrate
# An emulated CPU in an emulated CPU.
PATIENCE=240

setup() {
	"$TOOL" reset
	"$TOOL" mode "$GPU_A" vgpu
	"$TOOL" mode "$GPU_B" vgpu
	create "$GPU_A" A30-4C "$UUID_1"
	create "$GPU_A" A30-4C "$UUID_2"
	create "$GPU_B" A30-4C "$UUID_3"
	rm -rf $DIR
	mkdir -p $DIR
}

teardown() { "$TOOL" reset; }

none_is_left() {
	local pid
	for pid in "$DIR"/*.pid; do
		[ ! -e "$pid" ] || ! kill -0 "$(cat "$pid")" 2>/dev/null || return 1
	done
}

# Replaces that of lib.sh: no QEMU outlives its test.
let_go() {
	local pid
	for pid in "$DIR"/*.pid; do
		[ ! -e "$pid" ] || kill -9 "$(cat "$pid")" 2>/dev/null || true
	done
	until_ok 30 none_is_left
}

# Console in NAME.console; commands for its monitor go to NAME.in.
vm_start() { # NAME UUID MORE-OF-QEMU...
	local name=$1 uuid=$2
	shift 2
	mkfifo "$DIR/$name.in" "$DIR/$name.out"
	qemu-system-x86_64 -M pc,accel=tcg -cpu max -m 128 -nodefaults -display none -no-reboot \
		-bios $FIRMWARE -kernel $KERNEL -initrd $INITRD \
		-global i440FX-pcihost.pci-hole64-size=64G \
		-append "console=ttyS0 quiet after=off -- --watch 3600" \
		-chardev "pipe,id=mon,path=$DIR/$name" -mon mon,mode=readline \
		-serial "file:$DIR/$name.console" -pidfile "$DIR/$name.pid" \
		-device "vfio-pci,sysfsdev=$MDEV/$uuid,enable-migration=on" "$@" \
		>"$DIR/$name.log" 2>&1 &
	disown
}

monitor() { echo "$2" >"$DIR/$1.in"; }	# NAME COMMAND

# Whatever its monitor has answered since somebody asked last.
answer() { timeout 1 cat "$DIR/$1.out" | tr -d '\r' || true; }	# NAME

status_is() { # NAME STATUS
	monitor "$1" "info migrate"
	answer "$1" | grep -q "status: $2"
}

# The number of the last second that a guest has told of.
count_of() { # NAME
	sed -n 's/^watch=\([0-9]*\) ok.*/\1/p' "$DIR/$1.console" 2>/dev/null | tail -n 1
}

has_counted() { # NAME NUMBER
	local count
	count=$(count_of "$1")
	[ "${count:-0}" -ge "$2" ]
}

nothing_broken() { # NAME
	! grep -E 'broken|RESULT fail' "$DIR/$1.console"
}

# The kernel log is not emptied: whoever runs the tests looks at all of it.
log_mark() {
	MARK="vfio_migrate.sh $$ $RANDOM"
	echo "<6>$MARK" >/dev/kmsg	# for information
}

refused_because() { # REASON
	dmesg | sed "1,/$MARK/d" | grep -q "migration refused: .*$1"
}

tell() { sed 's/^/# /' "$DIR/$1.log" "$DIR/$1.console" 2>/dev/null | tail -n 20; }	# NAME

moves_to() { # UUID
	local before first
	vm_start here "$UUID_1"
	until_ok $PATIENCE has_counted here 3 || { tell here; return 1; }
	vm_start there "$1" -incoming "unix:$DIR/socket"
	until_ok $PATIENCE test -S $DIR/socket || { tell there; return 1; }
	monitor here "migrate -d unix:$DIR/socket"
	until_ok $PATIENCE status_is here completed || { tell here; tell there; return 1; }
	before=$(count_of here)
	until_ok $PATIENCE has_counted there $((before + 3)) || { tell there; return 1; }
	echo "# second $before was the last here, $(count_of there) was the latest there"
	nothing_broken here
	nothing_broken there
	# its first second there follows the last one here, or the one whose line was cut
	first=$(sed -n 's/^watch=\([0-9]*\) .*/\1/p' $DIR/there.console | head -n 1)
	[ $((first - before)) = 1 ] || [ $((first - before)) = 2 ]
}

case_guest_moves_to_a_vgpu_of_the_same_gpu() { moves_to "$UUID_2"; }

case_guest_moves_to_a_vgpu_of_another_gpu() { moves_to "$UUID_3"; }

# The first record of memory, somewhere in its first page.
stream_break() { # FILE
	local at
	at=$(grep -obaP -m 1 'NVXM\x02\x00\x00\x00' "$1" | sed -n '1s/:.*//p')
	printf '\xa5\x5a' | dd of="$1" bs=1 seek=$((at + 32 + 128 + 1000)) conv=notrunc status=none
}

# By a file, so that somebody can change it on its way.
case_broken_stream_is_refused_and_the_source_goes_on() {
	local before
	vm_start here "$UUID_1"
	until_ok $PATIENCE has_counted here 3 || { tell here; return 1; }
	monitor here "migrate -d file:$DIR/stream"
	until_ok $PATIENCE status_is here completed || { tell here; return 1; }
	before=$(count_of here)
	stream_break $DIR/stream
	log_mark
	vm_start there "$UUID_2" -incoming "file:$DIR/stream"
	until_ok $PATIENCE refused_because "was changed on its way" || { tell there; return 1; }
	same "what was told there" "" "$(cat $DIR/there.console)"
	monitor here cont
	until_ok $PATIENCE has_counted here $((before + 3)) || { tell here; return 1; }
	nothing_broken here
}

# Whoever takes the stream dies in the middle of it.
case_interrupted_migration_leaves_the_source_running() {
	local before
	vm_start here "$UUID_1"
	until_ok $PATIENCE has_counted here 3 || { tell here; return 1; }
	monitor here 'migrate -d "exec:head -c 300000 >/dev/null"'
	until_ok $PATIENCE status_is here failed || { tell here; return 1; }
	before=$(count_of here)
	until_ok $PATIENCE has_counted here $((before + 3)) || { tell here; return 1; }
	nothing_broken here
}

need_program qemu-system-x86_64
if ! [ -e $INITRD ] || ! [ -e $FIRMWARE ]; then skip_all "there is no guest to run"; fi
run_cases guest_moves_to_a_vgpu_of_the_same_gpu guest_moves_to_a_vgpu_of_another_gpu \
	broken_stream_is_refused_and_the_source_goes_on \
	interrupted_migration_leaves_the_source_running
