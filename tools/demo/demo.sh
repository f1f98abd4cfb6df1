#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The main job of nvmux, told and done: installs what this machine lacks, builds, boots the test
# VM and plays tools/demo/host-story.sh in it. Needs root on Debian 12 or 13.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
vm=$top/tools/testing/vm
started=$SECONDS

[ "$(id -u)" = 0 ] || { echo "demo: needs root, it installs packages and builds a root image" >&2; exit 1; }

echo "== installing what this machine lacks, building, booting a VM with two simulated A30"
"$vm/host-deps.sh"
rc=0
VM_LIBVIRT=1 VM_TIMEOUT=${VM_TIMEOUT:-1500} VM_SHARE=$top/tools/demo \
	"$vm/run.sh" 'bash /mnt/share/host-story.sh' || rc=$?

verdict="all is well"
[ $rc = 0 ] || verdict="FAILED (status $rc)"
echo "== $verdict after $((SECONDS - started)) s"
exit $rc
