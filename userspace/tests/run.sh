#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs test programs and counts their cases. A program that dies, or does not
# end within TEST_TIMEOUT seconds, counts as one failure. TEST_WRAPPER is put
# before each (valgrind).
set -u

passed=0
failed=0
skipped=0
for test in "$@"; do
	echo "# $(basename "$test")"
	# shellcheck disable=SC2086 # the wrapper may have arguments
	out=$(timeout -k 5 "${TEST_TIMEOUT:-120}" ${TEST_WRAPPER:-} "$test" 2>&1)
	rc=$?
	echo "$out"
	skip=$(printf '%s\n' "$out" | grep -c '^ok .*# SKIP')
	ok=$(printf '%s\n' "$out" | grep -c '^ok ')
	bad=$(printf '%s\n' "$out" | grep -c '^not ok ')
	if [ "$rc" -ne 0 ] && [ "$bad" -eq 0 ]; then
		echo "not ok - $(basename "$test") exited with $rc"
		bad=1
	fi
	passed=$((passed + ok - skip))
	skipped=$((skipped + skip))
	failed=$((failed + bad))
done
[ "$skipped" -eq 0 ] || echo "# $skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
