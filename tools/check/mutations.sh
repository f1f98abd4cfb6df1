#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each patch of tools/testing/mutations applies, says what it breaks, and names a test that is there.
set -eu
cd "$(dirname "$0")/../.."

test_file() {
	case $1 in
	unit:*) echo "tools/testing/unit/${1#*:}.c" ;;
	user:*) echo "userspace/tests/${1#*:}.c" ;;
	*.sh) echo "tools/testing/selftests/nvmux/$1" ;;
	*) echo "tools/testing/selftests/nvmux/$1.c" ;;
	esac
}

for patch in tools/testing/mutations/*.patch; do
	name=$(basename "$patch" .patch)
	test=$(sed -n 's/^# test: //p' "$patch")
	case=$(sed -n 's/^# case: //p' "$patch")
	variant=$(sed -n 's/^# variant: //p' "$patch")
	file=$(test_file "$test")
	git apply --check "$patch" || echo "$name: does not apply"
	grep -q '^# rule: .' "$patch" || echo "$name: names no rule"
	if ! [ -f "$file" ]; then
		echo "$name: there is no test $test"
	elif [ -n "$case" ] && ! grep -qE "^TEST(_F|_F_TIMEOUT|)\(.*\<$case\>" "$file"; then
		echo "$name: $test has no case $case"
	elif [ -n "$variant" ] && ! grep -qE "^[A-Z_]+\(([a-z_]+, )?$variant\>" "$file"; then
		echo "$name: $test has no variant $variant"
	fi
done
