# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What building a kernel of our own takes. The caller sets SOURCE (the tree
# here), SRC and OBJ (source and objects as the compiler sees them), and COMPILER
# where that is not gcc.

# kernel_make DIR ARG...: make in the root, with objects in DIR/obj. Fixed
# names and dates make equal input give equal objects, and full ccache hits.
kernel_make() {
	local dir=$1
	shift
	# shellcheck disable=SC2153
	"$VM_DIR/enter.sh" ${COMPILER:+-l fuzz} -b "$SOURCE:$SRC:ro" -b "$dir/obj:$OBJ" -b "$dir:/out" \
		env KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=nvmux \
		KBUILD_BUILD_HOST=vm nice -n 5 make -s -C "$SRC" O="$OBJ" \
		CC="ccache ${COMPILER:-gcc}" HOSTCC="ccache gcc" "-j$(nproc)" "$@" >&2
}

# Lines of the fragments, a later fragment overriding an earlier one.
requested() {
	sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=\(.*\)$/\1 \2/p' "$@" |
		awk '{ name = $1; sub(/^[^ ]* /, ""); value[name] = $0 }
			END { for (name in value) print name, value[name] }' | sort
}

# check_config RESULT FRAGMENT...: allnoconfig drops a line whose dependency
# is missing without a word.
check_config() {
	local config=$1 name value lost=()
	shift
	while read -r name value; do
		case $value in
		n) ! grep -q "^$name=" "$config" ;;
		*) grep -qxF "$name=$value" "$config" ;;
		esac || lost+=("$name=$value")
	done < <(requested "$@")
	[ "${#lost[@]}" = 0 ] || die "Kconfig refused: ${lost[*]}"
}
