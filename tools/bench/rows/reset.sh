#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How each row finds the host: no vGPU, no daemon, one GPU in vgpu mode and its twin in host mode.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

daemon_stop
many_del
nvmux_tool reset
nvmux_tool mode "$GPU" vgpu
