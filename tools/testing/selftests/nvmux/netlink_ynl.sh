#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own netlink client (tools/net/ynl) speaks to the module by its spec: see
# netlink_ynl.py. NVMUX_YNL is its folder where it does not lie beside the tests.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SPEC=$HERE/nvmux.yaml

# Newer kernels have it a folder deeper.
ynl_find() { # DIR
	local dir
	for dir in "$1" "$1/pyynl"; do
		if [ -e "$dir/cli.py" ]; then
			echo "$dir"
			return
		fi
	done
}

need_program python3
YNL=$(ynl_find "${NVMUX_YNL:-$HERE/../ynl}")
[ -n "$YNL" ] || skip_all 'ynl of the kernel source is not installed'
python3 -c 'import yaml' 2>/dev/null || skip_all 'python3-yaml is not installed'
setup || skip_all 'the GPUs cannot be brought to the host'
trap teardown EXIT
python3 "$HERE/netlink_ynl.py" "$YNL" "$SPEC" "$GPU_A" "$GPU_B"
