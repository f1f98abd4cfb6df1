# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is done with a mutant, in the tree that lies at the current directory.
MUTATIONS=tools/testing/mutations

say() { echo "= $*"; }

apply() { git apply "$MUTATIONS/$1.patch"; }
undo() { git apply -R "$MUTATIONS/$1.patch"; }

# verdict NAME STATUS FILE TEST: what a test said in FILE decides. Its cases
# that were red are told, as proof that it was they.
verdict() {
	local word=survived
	[ "$2" = 0 ] && ! grep -q '^not ok' "$3" || word=killed
	[ "$2" != 4 ] || word=skipped
	[ "$word" != survived ] || grep '^ok ' "$3" | grep -qv '# SKIP' || word="ran nothing of"
	grep '^not ok' "$3" | head -n 3 | sed "s/^/    /"
	say "$1" "$word" "$4"
}
