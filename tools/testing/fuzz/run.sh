#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the harnesses and runs them, two at a time, inside the build root:
#
#	run.sh OUT
#
#	FUZZ=*			glob over the names, without "fuzz-"
#	FUZZ_SECONDS=5		for each
#	FUZZ_SEED=1
#
# Prints TAP: how often each ran, the edges of the code that it has reached,
# and the inputs it knows for that. What it learns stays in OUT/corpus, an
# input that breaks something in OUT/found; the seeds here are only read.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
: "${FUZZ:=*}" "${FUZZ_SECONDS:=5}" "${FUZZ_SEED:=1}"
export FUZZ_SECONDS FUZZ_SEED HERE
export ASAN_OPTIONS=detect_stack_use_after_return=1:handle_abort=1
export UBSAN_OPTIONS=print_stacktrace=1

# The last figure of its kind that libFuzzer has printed.
figure() { grep -ao "$2 *[0-9]*" "$1" | tail -n 1 | grep -o '[0-9]*$' || echo 0; }

tell() { # STATUS NAME LOG
	local what
	what="$(figure "$3" number_of_executed_units:) executions, $(figure "$3" 'cov:') edges"
	what+=", $(find "$OUT/corpus/$2" -type f | wc -l) inputs"
	if [ "$1" = 0 ]; then
		echo "ok 1 - fuzz-$2: $what"
		return
	fi
	# the input itself, since a throw-away layer may be all that holds it
	find "$OUT/found" -name "$2-*" -newer "$OUT/begin" -exec base64 -w 0 {} \; -exec echo \;
	grep -aE -m 40 'ERROR|SUMMARY|Assert|runtime error|^ +#[0-9]' "$3" || tail -n 5 "$3"
	echo "not ok 1 - fuzz-$2: $(grep -ao 'written to .*' "$3" || echo "see $3") ($what)"
}

one() { # NAME
	local log=$OUT/log/$1 status=0 seeds=$HERE/corpus/$1
	mkdir -p "$OUT/corpus/$1"
	[ -d "$seeds" ] || seeds=
	# shellcheck disable=SC2086 # no seeds, no word
	nice -n 10 "$OUT/fuzz-$1" -seed="$FUZZ_SEED" -max_total_time="$FUZZ_SECONDS" \
		-max_len=4096 -timeout=20 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="$OUT/found/$1-" "$OUT/corpus/$1" $seeds >"$log" 2>&1 || status=1
	tell "$status" "$1" "$log" | tee "$OUT/log/$1.result"
}

selected() {
	local file name
	for file in "$HERE"/fuzz-*.c; do
		name=$(basename "$file" .c)
		name=${name#fuzz-}
		# shellcheck disable=SC2254
		case $name in $FUZZ) echo "$name" ;; esac
	done
}

main() {
	export OUT=$1
	mkdir -p "$OUT/log" "$OUT/found"
	rm -f "$OUT"/log/*.result
	touch "$OUT/begin"
	make -s -C "$HERE" -j2 OUT="$OUT"
	export -f one tell figure
	selected | xargs -P 2 -I NAME bash -c 'one NAME'
	! grep -q '^not ok' "$OUT"/log/*.result
}

main "$1"
