#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the build root, in a copy of the tree: builds mutants for the VM.
#
#	build.sh PLAN TREES
#
# TREES/base is all that is installed, TREES/NAME what NAME replaces of it,
# TREES/list who could be built.
set -u
. tools/testing/mutations/lib.sh
LOG=$(mktemp)
TREES=$2

# A mutant need not be beautiful: what it no longer uses is no error.
modules() { make -s -j"$(nproc)" -C "$KDIR" M=/src KCFLAGS=-w modules; }

install_modules() { # TREE
	make -s -C "$KDIR" M=/src INSTALL_MOD_PATH="$1" INSTALL_MOD_DIR=updates DEPMOD=true \
		INSTALL_MOD_STRIP=1 CONFIG_MODULE_SIG_ALL= CONFIG_MODULE_COMPRESS_ALL= \
		modules_install
}

# To where the base has them, without asking the kernel's Makefile each time.
copy_modules() { # TREE
	local path
	for path in $(cd "$TREES/base" && find . -name '*.ko'); do
		mkdir -p "$1/$(dirname "$path")"
		strip --strip-debug -o "$1/$path" "${path##*/updates/}" || return
	done
}

user() { # TREE
	make -s -C userspace CC='gcc -w' all && make -s -C userspace install DESTDIR="$1"
}

# What a patch touches decides what is made.
build() { # NAME
	case $(sed -n 's,^+++ b/\([a-z]*\)/.*,\1,p' "$MUTATIONS/$1.patch" | head -n 1) in
	kmod) modules && copy_modules "$TREES/$1" ;;
	*) user "$TREES/$1" ;;
	esac
}

mutant() { # NAME
	if ! apply "$1" 2>"$LOG"; then
		cat "$LOG"
		say "$1" "does not apply"
		return
	fi
	if build "$1" >"$LOG" 2>&1; then
		echo "$1" >>"$TREES/list"
	else
		tail -n 3 "$LOG"
		say "$1" "does not build"
	fi
	undo "$1"
}

mkdir "$TREES"
: >"$TREES/list"
{ modules && install_modules "$TREES/base" && user "$TREES/base"; } >"$LOG" 2>&1 || { cat "$LOG"; exit 1; }
while read -r name _; do
	mutant "$name"
done <"$1"
