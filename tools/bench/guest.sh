#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the test VM: lays out what bench.sh has brought, runs the rows. Each row begins with two
# A30 in host mode, no vGPU and no daemon.
set -eu
TOP=/root/bench

cp -r /mnt/share $TOP
cp -r $TOP/root/. /
export PATH=$TOP/bin:$TOP/rows:$PATH
export GPU=0001:81:00.0 TWIN=0001:e2:00.0

systemctl -q mask --runtime --now nvmuxd.service
modprobe mdev vfio
# the driver of the host must have been there first: that is how the kernel chooses between two
modprobe -r vfio-pci
modprobe pci-stub
modprobe vfio-pci
insmod $TOP/modules/mtty.ko
insmod $TOP/modules/mdpy.ko
udevadm settle
$TOP/run.py $TOP/rows.yaml /mnt/out/results.json
