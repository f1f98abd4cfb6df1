# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How the story is told and checked. A check that fails is told and counted; the story goes on.

failed=0
checked=0

# What comes next, and the seconds since the story began.
say() { printf '\n== %s (%d s)\n' "$*" $SECONDS; }

# The verdict of one check: TEXT and whether it held.
verdict() { # 0|1 TEXT
	checked=$((checked + 1))
	if [ "$1" = 0 ]; then
		printf '   [ ok ] %s\n' "$2"
	else
		printf '   [FAIL] %s\n' "$2"
		failed=$((failed + 1))
	fi
}

indent() { sed 's/^/   | /'; }

# Do something that must succeed, and show it.
run() { # COMMAND...
	local rc=0
	printf '   $ %s\n' "$*"
	"$@" >/tmp/demo.out 2>&1 || rc=$?
	indent </tmp/demo.out
	[ $rc = 0 ] || verdict 1 "$* (exit status $rc)"
	return $rc
}

# A command that must succeed, as a check of its own.
expect_ok() { # COMMAND...
	if run "$@"; then verdict 0 "$*"; fi
}

expect_equal() { # TEXT WANTED SEEN
	if [ "$2" = "$3" ]; then verdict 0 "$1: $3"; else verdict 1 "$1: wanted '$2', saw '$3'"; fi
}

expect_contains() { # TEXT PART SEEN
	case $3 in
	*"$2"*) verdict 0 "$1: $2" ;;
	*) verdict 1 "$1: '$2' is not in '$3'" ;;
	esac
}

# What the administrator sees of the host, without what changes by itself.
host_state() {
	nvmux gpu list --json
	nvmux vgpu list --json
	for gpu in "$GPU_A" "$GPU_B"; do
		readlink "/sys/bus/pci/devices/$gpu/driver"
		cat "/sys/bus/pci/devices/$gpu/driver_override"
	done
	virsh list --all --name
	cat /etc/nvmux/gpus.d/* 2>/dev/null
}

# A command that must be refused: by its exit status, with a sentence that has all the parts, and
# without any change to the host.
expect_refused() { # STATUS 'PART|PART...' COMMAND...
	local status=$1 parts=$2 before after text rc=0 part
	shift 2
	before=$(host_state)
	printf '   $ %s\n' "$(head -n 1 <<<"$*")"
	text=$("$@" 2>&1) || rc=$?
	printf '%s\n' "$text" | indent
	after=$(host_state)
	expect_equal "exit status" "$status" "$rc"
	while read -r part; do
		expect_contains "the reason says" "$part" "$text"
	done <<<"${parts//|/$'\n'}"
	[ "$before" = "$after" ]
	verdict $? "nothing has changed"
}

# Wait until a command succeeds; seconds are those of a slow machine.
wait_for() { # SECONDS COMMAND...
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.5
	done
}
