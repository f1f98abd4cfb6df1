#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The daemon dies as by kill -9 at every step of every switch, and once more at the same step when
# the next one mends that. The one after it finds each GPU in its configured mode, or brings it
# there, with the driver of that mode; its host driver, the service that stands aside, and what the
# hooks owe are back, and everything is of use (I9). Prints how often the switch was done then, or
# undone. NVMUX_ALL_WAYS=1 makes it go all six ways instead of three, or of one on a kernel that
# watches itself.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=around.sh
. "$(dirname "$0")/around.sh"

NVMUXD=/usr/libexec/nvmuxd
CONF=/etc/nvmux/gpus.d/$GPU_A.conf
COUNTS=$(mktemp)
LAST=$(mktemp)		# the daemon that a case which has failed may have left

# Not by systemd: it would start the next daemon with the same fate.
daemon_run() { # [POINT]
	NVMUX_CRASH_AT=${1:-} $NVMUXD 2>/dev/null &
	DAEMON=$!
	echo $DAEMON >"$LAST"
	until_ok 60 answers_or_died
}

answers_or_died() { nvmux gpu list || is_dead; }

# By its own hand; false when it has never come to its point and goes on.
daemon_died() {
	local status=0
	sleep 0.1	# the shell has to hear of it
	is_dead || return 1
	wait "$DAEMON" || status=$?
	[ $status = 137 ]
}

is_dead() { [ -z "${DAEMON:-}" ] || ! kill -0 "$DAEMON" 2>/dev/null; }

daemon_end() {
	kill "$DAEMON" 2>/dev/null || true
	wait "$DAEMON" 2>/dev/null || true
}

clean() {
	kill -9 "$(cat "$LAST")" 2>/dev/null || true
	daemon_stop
	around_clean
	rm -rf /etc/nvmux/gpus.d
	"$TOOL" reset
}

setup() {
	clean
	host_driver "$GPU_A"
	unit_make ''
	hook_teller
	: >$HOOKS_LOG
	configure '[gpu]' "stop-services=$UNIT"
}

teardown() {
	clean
	table
	rm -f "$COUNTS" "$LAST"
}

is_settled() { # MODE
	[ "$(nvmux gpu show "$GPU_A" --json |
		jq -r '.gpus[0] | "\(.active_mode) \(.target_mode) \(.pending)"')" = "$1 null null" ]
}

# Whatever it is now: what is configured is what is, the driver is that of the mode, and it works.
check_converged() { # FROM TO POINT
	local mode
	mode=$(sed -n 's/^mode=//p' "$CONF")
	case $mode in
	"$1") echo "$1>$2 $3 undone" >>"$COUNTS" ;;
	"$2") echo "$1>$2 $3 done" >>"$COUNTS" ;;
	*) echo "# $1>$2 at $3: configured is '$mode'"; return 1 ;;
	esac
	until_ok 60 is_settled "$mode" || { nvmux gpu show "$GPU_A" | sed 's/^/# /'; return 1; }
	case $mode in
	host) same driver pci-stub "$(driver_of "$GPU_A")" ;;
	vgpu) same driver nvmux "$(driver_of "$GPU_A")" ;;
	passthrough) same driver vfio-pci "$(driver_of "$GPU_A")" ;;
	esac
	until_ok 30 unit_runs
	until_ok 10 [ ! -e /run/nvmux/services ]
	until_ok 10 nothing_is_owed
	[ "$mode" != vgpu ] || nvmux vgpu delete "$(nvmux vgpu create "$GPU_A" A30-24C)"
}

# A daemon that dies before its first hook makes the next one run those after it only.
nothing_is_owed() {
	[ -z "$(ls /run/nvmux/switches 2>/dev/null)" ] &&
		[ "$(grep -c '^post' $HOOKS_LOG)" -ge "$(grep -c '^pre' $HOOKS_LOG)" ]
}

# Begins with the daemon that has mended the last one.
die_once() { # FROM TO POINT
	if is_dead; then daemon_run; fi
	nvmux gpu set-mode "$GPU_A" "$1" --detach
	until_ok 30 unit_runs
	daemon_end
	daemon_run "$3"
	nvmux gpu set-mode "$GPU_A" "$2" --detach >/dev/null 2>&1 || true
	until_ok 30 at_rest_or_died
	if daemon_died; then echo "$1>$2 $3 died" >>"$COUNTS"; fi
	daemon_end
}

# What comes after the answer may be its end as well.
at_rest_or_died() { is_dead || { unit_runs && nothing_is_owed; }; }

# Who shall die while he restores must find something to be restored.
crash_and_mend() { # FROM TO POINT
	if [ "$3" = restore-begins ]; then
		die_once "$1" "$2" switch-asked
	else
		die_once "$@"
	fi
	daemon_run "$3"
	until_ok 60 settled_or_died
	if daemon_died; then echo "$1>$2 $3 again" >>"$COUNTS"; fi
	daemon_end
	daemon_run
	check_converged "$@"
}

settled_or_died() {
	is_settled "$(sed -n 's/^mode=//p' "$CONF")" || is_dead
}

all_points() { # FROM TO
	local point
	for point in $($NVMUXD --crash-points); do
		crash_and_mend "$1" "$2" "$point"
	done
}

count() { grep -c "$1" "$COUNTS" || true; }

table() {
	local point
	printf '# %-20s %5s %5s %5s %6s\n' point died again 'done' undone
	for point in $($NVMUXD --crash-points); do
		printf '# %-20s %5d %5d %5d %6d\n' "$point" "$(count " $point died")" \
			"$(count " $point again")" "$(count " $point done")" \
			"$(count " $point undone")"
	done
}

case_host_to_vgpu() { all_points host vgpu; }
case_vgpu_to_host() { all_points vgpu host; }
case_host_to_passthrough() { all_points host passthrough; }
case_passthrough_to_host() { all_points passthrough host; }
case_vgpu_to_passthrough() { all_points vgpu passthrough; }
case_passthrough_to_vgpu() { all_points passthrough vgpu; }

# Each point has struck, else the table means nothing.
case_no_point_was_missed() {
	local point
	for point in $($NVMUXD --crash-points); do
		grep -qE " $point (died|again)" "$COUNTS" || { echo "# never died at $point"; return 1; }
	done
}

need_daemon
modprobe -q pci-stub || skip_all 'pci-stub plays the driver of the host'
# Each mode is left and entered once; all six ways take twice as long. On the first one each point
# strikes, which is what a kernel that watches itself has the time for.
WAYS=host_to_vgpu
[ $SLOW != 1 ] || WAYS+=' vgpu_to_passthrough passthrough_to_host'
[ -z "${NVMUX_ALL_WAYS:-}" ] || WAYS='host_to_vgpu vgpu_to_passthrough passthrough_to_host
	vgpu_to_host host_to_passthrough passthrough_to_vgpu'
# shellcheck disable=SC2086
run_cases $WAYS no_point_was_missed
