#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What needs no VM: unit tests and static checks, all inside the build root so
# that they do not depend on this machine's versions. Prints KTAP, then the sum.
#
#	TESTS=*		glob over the names of the checks
#	CHECK_RAW=	1: print KTAP only, somebody else counts
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
. "$HERE/vm/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS
: "${TESTS:=*}" "${CHECK_RAW:=}"
N=0

# What an earlier run has copied and the checkout has no more.
drop_gone() {
	(cd "$COPY" && git ls-files 2>/dev/null) | sort >"$COPY.had"
	sort "$COPY.list" | comm -13 - "$COPY.had" | (cd "$COPY" && xargs -r -d '\n' rm -f)
	rm "$COPY.had"
}

# A copy, so that nothing is written into the checkout; kept for the next run.
copy_tree() {
	COPY=$VM_CACHE/build/check-$(sha256sum <<<"$TOP" | cut -c1-12)
	mkdir -p "$COPY"
	(cd "$TOP" && git ls-files -co --exclude-standard | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done) >"$COPY.list"
	[ ! -d "$COPY/.git" ] || drop_gone
	rsync -a --files-from="$COPY.list" "$TOP/" "$COPY/"
	(cd "$COPY" && git init -q . 2>/dev/null && git add -A)
	rm "$COPY.list"
}

inside() { # COMMAND in the copy, as a program of the build root; of $LAYER too where set
	"$VM_DIR/enter.sh" -k distro ${LAYER:+-l "$LAYER"} -b "$COPY:/src" -b "$SOURCE:/linux:ro" \
		${CLANG:+-b "$CLANG:/clang:ro"} -C /src sh -eu -c "git config --global safe.directory '*'; $1"
}

result() { # STATUS NAME
	N=$((N + 1))
	if [ "$1" = 0 ]; then echo "ok $N - $2"; else echo "not ok $N - $2"; fi
}

wanted() {
	# shellcheck disable=SC2254
	case $1 in $TESTS) return 0 ;; *) return 1 ;; esac
}

# What a check needs is fetched before it, since that says so.
fetch_layer() { [ -z "${LAYER:-}" ] || "$VM_DIR/layer.sh" "$LAYER" >/dev/null; }

# A check passes when it succeeds and prints nothing.
silent() { # NAME COMMAND
	local text status=0
	wanted "$1" || return 0
	fetch_layer || status=1
	text=$(inside "$2" 2>&1) || status=1
	[ -z "$text" ] || { head -n 60 <<<"$text" | sed 's/^/#   /'; status=1; }
	result "$status" "$1"
}

# Programs that speak TAP: their cases count, and so does their end.
tap() { # NAME COMMAND
	local status=0 line
	wanted "$1" || return 0
	inside "$2" >"$LOG" 2>&1 || status=1
	while IFS= read -r line; do
		case $line in
		"ok "*) result 0 "$1: ${line#ok * - }" ;;
		"not ok "*) result 1 "$1: ${line#not ok * - }" ;;
		"1.."*) ;;
		*) [ "$status" = 0 ] || echo "#   $line" ;;
		esac
	done <"$LOG"
	result "$status" "$1 came to its end"
}

# generated files and the catalogue's tables are read by machines first
KMOD_FILES="git ls-files 'kmod/*.c' 'kmod/*.h' | grep -v -e _gen -e uapi/"
SCRIPTS="git grep -lE '^#!(/usr)?/bin/(env )?(ba)?sh'"

# shellcheck disable=SC2016 # KDIR is the build root's
KBUILD='make -s -C $KDIR M=/src W=1 KCFLAGS=-Werror'

# The other compiler, with headers of its own: elsewhere, so that both keep their objects.
clang_build() {
	wanted clang-build || return 0
	CLANG=$("$HERE/vm/clang-headers.sh") LAYER=fuzz silent clang-build "
		mkdir /tmp/clang && cp -r Kbuild kmod /tmp/clang/ && cd /tmp/clang &&
		find . -name '*.o' -delete && make -s -C /linux O=/clang CC='ccache clang' \
			M=/tmp/clang W=1 KCFLAGS=-Werror modules 2>&1 | grep -v 'Skipping BTF' || true"
}

static_checks() {
	silent build-warnings "$KBUILD modules 2>&1 | grep -v 'Skipping BTF' || true"
	clang_build
	silent sparse "$KBUILD C=2 CHECK='sparse -Wno-unknown-attribute' modules 2>&1 |
		grep -v 'Skipping BTF' || true"
	LAYER=static silent coccicheck "tools/check/coccinelle.sh /linux"
	LAYER=static silent clang-tidy "make -s -j2 -k -C userspace O=/tmp/tidy tidy"
	silent analyzer "make -s -j2 -k -C userspace O=/tmp/analyzer analyze"
	silent kernel-doc "$KMOD_FILES | xargs /linux/scripts/kernel-doc -none -Wall"
	# UAPI names are fixed by the generator; the macro that defines rows must repeat names
	silent checkpatch "$KMOD_FILES | xargs -n 1 perl /linux/scripts/checkpatch.pl --no-tree \
		--strict --terse --no-summary --max-line-length=100 --show-types -f"
	silent regen "OUT=/tmp/gen YNL=/linux/tools/net/ynl tools/netlink/regen.sh &&
		for f in kmod/include/uapi/linux/nvmux.h kmod/control/netlink_gen.c \
			kmod/control/netlink_gen.h \
			tools/testing/selftests/nvmux/include/libnvmux_test/spec_gen.h; do cmp \$f /tmp/gen/\$f; done"
	silent spec "tools/check/spec.py /linux/Documentation/netlink/genetlink.yaml"
	silent catalogue "OUT=/tmp/gen tools/docs/catalogue.sh &&
		cmp Documentation/admin-guide/catalogue.rst \
			/tmp/gen/Documentation/admin-guide/catalogue.rst"
	silent dbus "OUT=/tmp/gen tools/docs/dbus.py &&
		cmp Documentation/dbus/org.nvmux1.rst /tmp/gen/Documentation/dbus/org.nvmux1.rst"
	silent shellcheck "$SCRIPTS | xargs shellcheck -x -P SCRIPTDIR"
	silent codespell "git ls-files | grep -v -e LICENSES -e fuzz/corpus | xargs codespell -L ot"
	silent length tools/check/length.sh
	silent layers tools/check/layers.sh
	silent bench 'make -s -C tools/bench/probe OUT=/tmp/probe && tools/bench/check.sh'
	silent refusals tools/check/refusals.py
	silent mutations tools/check/mutations.sh
	# the toctree is Sphinx's, the rest is plain docutils
	silent rst "git ls-files Documentation | grep 'rst\$' | grep -v index |
		xargs -I FILE rst2html --strict FILE /dev/null"
	LAYER=dkms silent packages tools/packaging/check-deb.sh
	silent man-pages 'make -s -C Documentation install DESTDIR=/tmp/man'
}

checks() {
	tap unit 'make -s -C tools/testing/unit check'
	tap userspace 'make -s -C userspace all && make -s -C userspace check'
	LAYER=fuzz tap fuzz 'tools/testing/fuzz/run.sh /tmp/fuzz'
	static_checks
	echo "1..$N"
}

main() {
	"$VM_DIR/host-deps.sh"
	SOURCE=$("$VM_DIR/source.sh")
	copy_tree
	LOG=$(mktemp)
	trap 'rm -f "$LOG"' EXIT
	checks
}

count() { if [ -n "$CHECK_RAW" ]; then cat; else "$HERE/ktap.py"; fi; }

set -o pipefail
main | count
