#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Regenerate the page of the vGPU catalogue from the tables of the module. OUT (default: this
# repository) receives it.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
out=${OUT:-$top}
page=Documentation/admin-guide/catalogue.rst
unit=$top/tools/testing/unit

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

"${CC:-cc}" -std=gnu11 -W -Wall -Wextra -Werror -I"$unit/shim" -I"$unit" -I"$top/kmod/include" \
	-o "$stage/catalogue" "$top"/tools/docs/{catalogue,rst}.c "$unit"/{csv,figures}.c \
	"$top/kmod/core/type.c" "$top"/kmod/hw/catalogue/*.c
"$stage/catalogue" "$unit/data" >"$stage/page"
mkdir -p "$out/$(dirname "$page")"
cp "$stage/page" "$out/$page"
