#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Regenerate what is derived from the netlink specification. YNL names the tools/net/ynl folder
# of a kernel source tree; OUT (default: this repository) receives the files.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
out=${OUT:-$top}
: "${YNL:?set YNL to tools/net/ynl of a kernel source tree}"

# The generator looks upwards for MAINTAINERS and beside the spec for its schema, so it is given
# a staging folder that has both.
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/Documentation/netlink/specs" "$stage/gen"
touch "$stage/MAINTAINERS"
cp "$YNL"/../../../Documentation/netlink/genetlink*.yaml "$stage/Documentation/netlink/"
cp "$top/Documentation/netlink/specs/nvmux.yaml" "$stage/Documentation/netlink/specs/"

generator=$YNL/ynl-gen-c.py
[ -e "$generator" ] || generator=$YNL/pyynl/ynl_gen_c.py

generate() { # MODE --header|--source FILE
	local file
	file=$stage/gen/$(basename "$3")
	(cd "$stage" && timeout 60 python3 "$generator" --mode "$1" "$2" -o "$file" \
		--spec "$stage/Documentation/netlink/specs/nvmux.yaml")
	mkdir -p "$out/$(dirname "$3")"
	cp "$file" "$out/$3"
}

generate uapi --header kmod/include/uapi/linux/nvmux.h
generate kernel --header kmod/control/netlink_gen.h
generate kernel --source kmod/control/netlink_gen.c

# not of the kernel's generator: what a request may be, for the tests
table=tools/testing/selftests/nvmux/include/libnvmux_test/spec_gen.h
mkdir -p "$out/$(dirname "$table")"
"$top/tools/netlink/gen-spec-table.py" "$top/Documentation/netlink/specs/nvmux.yaml" \
	>"$out/$table"
