#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the test VM: takes one mutant after the other in place of what is
# installed, and runs the test that should notice. It ends early when the
# machine is not fit for the next one; run.sh goes on in a new machine.
set -u
SHARE=/mnt/share
HERE=/run/nvmux-mutants
LOG=/run/nvmux-mutants.log
TEST_SECONDS=300
LOAD_SECONDS=60

# As check-guest.sh: some tests let the devices sleep, which 9p does not survive.
move_away() {
	mkdir $HERE
	cp -r $SHARE/. $HERE/
	exec bash $HERE/guest.sh
}

# within SECONDS COMMAND...: in a session of its own, so that all of it can be
# killed. One that the kernel holds is left to it.
within() {
	local end=$((SECONDS + $1)) pid
	shift
	setsid "$@" >"$LOG" 2>&1 </dev/null &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		[ $SECONDS -lt $end ] || { kill -KILL -- -$pid; return 124; }
		sleep 0.1
	done
	wait $pid
}

# Races of the kernel itself are not ours.
splats() {
	dmesg | grep -vE 'KCSAN: data-race in [^[]*$' |
		grep -cE 'WARNING:|BUG:|Oops|cut here|Call Trace|general protection'
}

unload() {
	within 60 $HERE/kselftest/nvmux/nvmux_tool reset
	within $LOAD_SECONDS rmmod nvmux_sim && within $LOAD_SECONDS rmmod nvmux
}

install() {
	tar -C "$HERE/trees/$1" -c . | tar -x -C / --keep-directory-symlink --no-overwrite-dir
}

load() {
	within $LOAD_SECONDS modprobe nvmux &&
		within $LOAD_SECONDS modprobe nvmux_sim preset=lab && udevadm settle
}

# Those that are scripts have no choice.
run_test() { # PROGRAM CHOICE
	local args=()
	[ "$2" = - ] || args=("$2")
	cd $HERE/kselftest/nvmux && within $TEST_SECONDS "./$1" "${args[@]}"
}

try() { # NAME PROGRAM CHOICE
	local status before
	before=$(splats)
	if ! load; then
		say "$1" killed "$2, modules cannot be loaded"
		return 1
	fi
	run_test "$2" "$3"
	status=$?
	[ $status != 124 ] || echo "not ok timeout" >>"$LOG"
	[ "$(splats)" = "$before" ] || echo "not ok the kernel has complained" >>"$LOG"
	verdict "$1" $status "$LOG" "$2 ${3#-?}"
	[ $status != 124 ]
}

# A kernel that has complained may be lame.
fit() { [ "$(splats)" = 0 ]; }

main() {
	local name program choice
	umount $SHARE
	systemctl -q mask --runtime --now nvmuxd.service 2>/dev/null
	while read -r name program choice; do
		unload || exit 0
		install base
		[ ! -d "$HERE/trees/$name" ] || install "$name"
		echo "begin $name"
		try "$name" "$program" "$choice" || exit 0
		fit || exit 0
	done <$HERE/plan
}

[ -d $HERE ] || move_away
. $HERE/lib.sh
main
