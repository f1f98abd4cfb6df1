# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the shell tests share. A test is a function case_NAME: it has failed
# when one of its commands has, and then says which. run_cases runs them.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOOL=$HERE/nvmux_tool
GPU_A=${NVMUX_BDF:-0001:81:00.0}
GPU_B=${NVMUX_BDF_2:-0001:e2:00.0}
UUID_1=11111111-aaaa-4aaa-8aaa-000000000001
UUID_2=22222222-aaaa-4aaa-8aaa-000000000002
UUID_3=33333333-aaaa-4aaa-8aaa-000000000003
HOOK=/etc/libvirt/hooks/qemu.d/50-nvmux
SYS=/sys/bus/pci/devices
MDEV=/sys/bus/mdev/devices
MASK=/run/systemd/system/nvmuxd.service
export GPU_A GPU_B UUID_1 UUID_2 UUID_3 HOOK SYS MDEV

# shellcheck source=/dev/null
. "$HERE/../kselftest/ktap_helpers.sh"

skip_all() {
	ktap_skip_all "$*"
	exit "$KSFT_SKIP"
}

need_program() {
	local program
	for program; do
		command -v "$program" >/dev/null || skip_all "$program is not installed"
	done
}

# In a shell of its own, with errexit on, which a condition would switch off.
run_case() {
	(
		set -eE
		trap 'echo "# line ${LINENO}: $BASH_COMMAND"' ERR
		trap 'let_go' EXIT
		"case_$1"
	)
}

# Where the GPUs are those of a host, it gets them back as they were.
prior_record() {
	[ -z "${NVMUX_BDF:-}" ] || PRIOR=$("$TOOL" prior 2>/dev/null) ||
		skip_all "there are vgpus, which the tests would delete"
}

prior_restore() {
	[ -z "${PRIOR:-}" ] || "$TOOL" restore <<<"$PRIOR"
}

run_cases() {
	local name status
	prior_record
	ktap_print_header
	ktap_set_plan $#
	for name; do
		setup
		run_case "$name"
		status=$?
		if [ $status = 0 ]; then ktap_test_pass "$name"; else ktap_test_fail "$name"; fi
	done
	teardown
	prior_restore
	ktap_finished
}

# Each test begins with this; those that need more redefine them.
setup() { "$TOOL" reset; }
teardown() { setup; }

same() { # WHAT WANTED SEEN
	[ "$2" = "$3" ] || { echo "# $1: wanted '$2', saw '$3'"; return 1; }
}

contains() { # PART TEXT
	case $2 in
	*"$1"*) ;;
	*) echo "# '$1' is not in '$2'"; return 1 ;;
	esac
}

same_world() { # BEFORE
	local after
	after=$(world)
	[ "$after" != "$1" ] || return 0
	echo "# the host has changed:" "$(diff <(tr ',' '\n' <<<"$1") <(tr ',' '\n' <<<"$after"))"
	return 1
}

# The command's exit status and what it printed, in $text.
gives() { # STATUS COMMAND...
	local wanted=$1 status=0
	shift
	text=$("$@" 2>&1) || status=$?
	[ "$status" = "$wanted" ] ||
		{ echo "# '$*': wanted status $wanted, saw $status: $text"; return 1; }
}

# A kernel that watches itself is several times slower.
SLOW=1
[ ! -e /sys/kernel/debug/kmemleak ] && [ ! -e /sys/kernel/debug/kcsan ] || SLOW=4

# Until the command succeeds; seconds are those of an emulated CPU.
until_ok() { # SECONDS COMMAND...
	local end=$((SECONDS + $1 * SLOW))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { echo "# never came true: $*"; return 1; }
		sleep 0.2
	done
}

# A process that holds something, as nvmux_tool describes.
hold() { # ARGUMENTS...
	local line
	coproc HOLD { exec "$TOOL" "$@"; }
	read -r line <&"${HOLD[0]}" && [ "$line" = ready ]
}

let_go() {
	[ -n "${HOLD_PID:-}" ] || return 0
	local pid=$HOLD_PID
	kill "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}

mode_of() { "$TOOL" mode "$1"; }
# Nothing where there is none. By the shell alone: a debugging kernel takes long to start a program.
driver_of() { (cd -P "$SYS/$1/driver" && echo "${PWD##*/}") 2>/dev/null || echo; }
is_mode() { [ "$(mode_of "$1")" = "$2" ]; }
state_of() { "$TOOL" state "$1"; }

create() { # GPU TYPE UUID
	echo "$3" >"$SYS/$1/mdev_supported_types/nvmux-$2/create"
}

# The daemon, as systemd runs it; the VM keeps it masked for the other tests.
need_daemon() {
	need_program nvmux jq systemctl
	[ -x /usr/libexec/nvmuxd ] || skip_all "nvmuxd is not installed"
}

daemon_wanted() { [ ! -L $MASK ] || systemctl -q unmask --runtime nvmuxd.service; }

# One that somebody else has started meanwhile may have read other files than there are now.
daemon_start() {
	daemon_wanted
	systemctl restart nvmuxd.service
}

# Whoever wants it does not get it, until it is started again.
daemon_stop() {
	[ -L $MASK ] || systemctl -q mask --runtime nvmuxd.service
	systemctl stop nvmuxd.service
}

# Where nobody wants it meanwhile: to mask it makes systemd read all units again, for seconds.
daemon_pause() { systemctl stop nvmuxd.service; }

daemon_pid() { systemctl show -P MainPID nvmuxd.service; }

# Nothing configured, nothing claimed, nothing switched, and nobody looks at 24 GiB after each VM.
daemon_fresh() {
	daemon_pause
	[ -d /etc/nvmux/nvmux.conf.d ] || mkdir -p /etc/nvmux/nvmux.conf.d
	printf '[gpu]\nscrub=off\n' >/etc/nvmux/nvmux.conf.d/00-test.conf
	rm -rf /etc/nvmux/gpus.d /run/nvmux/claims /var/lib/nvmux/*
	"$TOOL" reset
	daemon_start
}

gpu_field() { # GPU FIELD
	nvmux gpu show "$1" --json | jq -r ".gpus[0].$2"
}

gpu_is() { # GPU ACTIVE [CONFIGURED]
	same "modes of $1" "$2 ${3:-$2}" "$(nvmux gpu show "$1" --json |
		jq -r '.gpus[0] | "\(.active_mode) \(.configured_mode)"')"
}

# All that the administrator sees of the host.
world() {
	nvmux gpu list --json
	nvmux vgpu list --json
	driver_of "$GPU_A"
	driver_of "$GPU_B"
	(cd $MDEV && echo *)
}
