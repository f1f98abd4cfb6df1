#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests run.py, report.py and rows/lib.sh without a VM, by rows that are made up and whose verdicts
# are known. Prints what is wrong.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT

# A table of rows, a line for each: NAME LIMIT=RATIO COMMAND
rows() {
	local name limit command
	printf 'before: "true"\nrows:\n'
	while read -r name limit command; do
		printf -- '- {name: %s, what: w, ours: o, peer: p, unit: us, rounds: 4, %s, run: "%s"}\n' \
			"$name" "${limit/=/: }" "$command"
	done
}

measure() { "$HERE/run.py" "$DIR/rows.yaml" "$DIR/results.json" 2>/dev/null; }

# The verdict of the only row, and the exit status that goes with it.
expect() { # VERDICT STATUS 'NAME LIMIT=RATIO COMMAND'
	local status=0 seen
	rows <<<"$3" >"$DIR/rows.yaml"
	measure
	"$HERE/report.py" table "$DIR/results.json" >"$DIR/table" || status=$?
	seen=$(sed -n 's/^row-[a-z]* .* \([A-Za-z]*\)$/\1/p' "$DIR/table" | head -n 1)
	[ "$seen $status" = "$1 $2" ] ||
		echo "'$3': wanted '$1', status $2; saw '$seen', status $status"
}

verdicts() {
	expect ok 0 'row-below at-most=1.3 echo 12 10; echo 90 10; echo 9 10'
	expect FAIL 1 'row-above at-most=1.3 echo 12 10; echo 14 10; echo 15 10'
	expect ok 0 'row-fast at-least=0.9 echo 10 10; echo 95 100'
	expect FAIL 1 'row-slow at-least=0.9 echo 8 10; echo 8 10'
	expect SKIP 0 'row-skipped at-most=1 echo not here; exit 4'
	expect FAIL 1 'row-broken at-most=1 echo 1 2; exit 1'
	expect FAIL 1 'row-mute at-most=1 true'
	expect FAIL 1 'row-wordy at-most=1 echo one two'
	expect FAIL 1 'row-half at-most=1 echo 1'
	expect FAIL 1 'row-nothing at-most=1 echo 0 10; echo 9 10; echo 9 10'
}

# A difference may come out below zero, but not on the whole.
differences() { # JQ-CONDITION COMMAND
	printf 'before: "true"\nrows:\n- {name: a, what: w, ours: o, unit: bytes, rounds: 3, run: "%s"}\n' \
		"$2" >"$DIR/rows.yaml"
	measure
	jq -e ".rows[0] | $1" "$DIR/results.json" >/dev/null || echo "'$2': not $1"
}

# Two rounds, timed as those of real rows are. Ours sleeps so much less than its peer that a loaded
# machine does not turn the verdict.
timing() {
	cat >"$DIR/sleeper" <<-EOF
		. $HERE/rows/lib.sh
		ours() { sleep 0.05; }
		peer() { sleep 1; }
		alternate ours peer
	EOF
	ROUNDS=2 expect FAIL 1 "row-timed at-most=0.01 bash $DIR/sleeper"
	ROUNDS=2 expect ok 0 "row-timed at-most=0.8 bash $DIR/sleeper"
	[ "$(jq '.rows[0].figures | length' "$DIR/results.json")" = 2 ] ||
		echo "ROUNDS=2 did not give two rounds"
}

choice() {
	rows >"$DIR/rows.yaml" <<-EOF
		one-a at-most=1 echo 1 1
		one-b at-most=1 echo 1 1
		two at-most=1 echo 1 1
		three at-most=1 echo 1 1
	EOF
	BENCH='one-* three' measure
	[ "$(jq -r '.rows | map(.name) | join(" ")' "$DIR/results.json")" = 'one-a one-b three' ] ||
		echo "BENCH='one-* three' did not pick one-a, one-b and three"
	BENCH=none measure
	! "$HERE/report.py" table "$DIR/results.json" >/dev/null ||
		echo "a table without rows is no success"
}

# The host is prepared before each row, once for neighbours that agree; not at all is a failure.
preparation() {
	local row='{what: w, ours: o, unit: us, rounds: 1, run: echo 1'
	cat >"$DIR/rows.yaml" <<-EOF
		before: echo default >>$DIR/log
		rows:
		- $row, name: a}
		- $row, name: b}
		- $row, name: c, before: echo own >>$DIR/log}
		- $row, name: d, before: echo own >>$DIR/log}
		- $row, name: e, before: "false"}
	EOF
	measure
	[ "$(xargs <"$DIR/log")" = 'default default own' ] ||
		echo "the host was prepared: $(xargs <"$DIR/log")"
	[ "$(jq -r '.rows[4].failed' "$DIR/results.json")" = 'the host could not be prepared' ] ||
		echo "a host that could not be prepared is no failure"
}

# The page of the repository is that of the results that are kept, once there are any.
kept() {
	[ -e "$HERE/results.json" ] || return 0
	"$HERE/report.py" page "$HERE/results.json" |
		cmp - "$HERE/../../Documentation/benchmarks.rst"
}

verdicts
differences '.figures | length == 3' 'echo -5; echo 7; echo 9'
differences .failed 'echo -5; echo -7; echo 9'
timing
choice
preparation
kept
