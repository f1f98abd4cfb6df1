#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sixteen GPUs, with 512 vGPUs or without any.
#
#	many.sh before N	the host as rows about many find it, with N vGPUs
#	many.sh ROW
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

VGPUS=512

before() { # N
	daemon_stop
	many_del
	many_gpus_add
	many_vgpus_add "$1"
}

nvmux_gpus() { nvmux gpu list; }
nvmux_vgpus() { nvmux vgpu list; }
mdevctl_list() { mdevctl list; }

# Both have run before: the daemon and the page cache are warm.
lists() { # OURS
	daemon_start
	alternate "$1" mdevctl_list
}

case $1 in
before) before "$2" ;;
list) lists nvmux_gpus ;;
list-vgpus) lists nvmux_vgpus ;;
dump) probe dump $VGPUS ;;
last) probe create-last $MANY_TYPE $VGPUS ;;
esac
