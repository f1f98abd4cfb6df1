#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Holds the modules against the semantic patches of a kernel source, in report
# mode, as its "make coccicheck" does with what is built in. Prints what they
# find; silence is success.
#
#	coccinelle.sh LINUX
#
# Not asked are those that are written in OCaml, of which there is no compiler
# here, and these:
#	mini_lock	takes a function that returns with its lock held, as
#			nvmux_gpu_touch() does, for one that forgets it
set -eu
SKIP='mini_lock'

# Each brings its own options. On stderr is what spatch thinks of the patch.
apply() { # PATCH
	options=$(sed -n 's|^// Options: *||p' "$1")
	# shellcheck disable=SC2086 # words
	spatch --very-quiet --no-show-diff -D report --cocci-file "$1" $options \
		--include-headers --dir kmod 2>/dev/null || echo "$1 cannot be applied"
}

patches() { # DIR
	grep -rl '^virtual report' "$1" | xargs grep -L 'script:ocaml' | grep -vE "/($SKIP)\.cocci$"
}

if [ "$1" = apply ]; then
	apply "$2"
else
	patches "$1/scripts/coccinelle" | xargs -P 2 -n 1 "$0" apply
fi
