#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the test VM, before the reboot: configures the host as an administrator does, with the
# domains that libvirt is to start, and keeps what a disk would keep. Says what has failed, if so.
set -eE
trap 'echo "# line $LINENO: $BASH_COMMAND"' ERR
# shellcheck source=../selftests/nvmux/lib.sh
. /mnt/share/kselftest/nvmux/lib.sh
# shellcheck source=../../demo/domains.sh
. "$HERE/domains.sh"

# As on any host, but for the boards: they are there before the module that drives them.
boot_units() {
	printf '%s\n' vfio_iommu_type1 nvmux_sim >/etc/modules-load.d/10-boards.conf
	printf 'options %s\n' 'vfio_iommu_type1 allow_unsafe_interrupts=1' 'nvmux_sim preset=lab' \
		>/etc/modprobe.d/boards.conf
	systemctl -q add-wants sysinit.target systemd-modules-load.service
	systemctl -q add-wants multi-user.target nvmux-test.service
	systemctl -q enable nvmuxd.service nvmux-ready.target libvirtd.service
}

configure() {
	printf '[gpu]\nscrub=off\n' >/etc/nvmux/nvmux.conf.d/00-test.conf
	systemctl start nvmuxd.service
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" passthrough
	nvmux vgpu define "$GPU_A" A30-6C --uuid "$UUID_1" --autostart --vm web
	nvmux vgpu define "$GPU_A" A30-6C --uuid "$UUID_2"
	nvmux vgpu create "$GPU_A" A30-6C --uuid "$UUID_3"
	vm-start-libvirt
	define_domain web "$(nvmux vgpu xml "$UUID_1")"
	define_domain solver "$(nvmux gpu xml "$GPU_B")"
	virsh -q autostart web
	virsh -q autostart solver
}

mkdir -p /etc/nvmux/nvmux.conf.d
boot_units
configure >/dev/null
tar -C / -cf /mnt/out/state.tar etc var/lib
