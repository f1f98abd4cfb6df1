#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the packages twice, in a system that may be spoiled, and does with them what happens to
# packages: install, upgrade, remove, purge. Prints what is wrong.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$(mktemp -d)

fail() { echo "$*"; exit 1; }
quiet() { "$@" >"$OUT/log" 2>&1 || { cat "$OUT/log"; fail "failed: $*"; }; }

# What lies about that packages have brought.
rest() { find /usr /etc /var/lib -name '*nvmux*' ! -path '*/dpkg/*' 2>/dev/null; }

packages() { # VERSION
	echo "$OUT"/{libnvmux0,libnvmux-dev,nvmux}_"$1"_*.deb
}

[ -z "$(rest)" ] || fail "not clean before: $(rest)"
quiet "$HERE/deb.sh" "$OUT" 0.1.0
quiet "$HERE/deb.sh" "$OUT" 0.1.1

# shellcheck disable=SC2046 # several files
quiet dpkg -i $(packages 0.1.0)
nvmux --version | grep -qx 'nvmux 0.1.0' || fail "nvmux does not say its version"
/usr/libexec/nvmuxd --version | grep -qx 'nvmuxd 0.1.0' || fail "nvmuxd does not say its version"
[ -x /etc/libvirt/hooks/qemu.d/50-nvmux ] || fail "no hook"
[ -f /usr/share/polkit-1/actions/org.nvmux1.policy ] || fail "no actions of polkit"
pkg-config --exists libnvmux || fail "no libnvmux.pc"
echo '# mine' >>/etc/nvmux/nvmux.conf

# shellcheck disable=SC2046
quiet dpkg -i $(packages 0.1.1)
nvmux --version | grep -qx 'nvmux 0.1.1' || fail "nvmux was not upgraded"
grep -qx '# mine' /etc/nvmux/nvmux.conf || fail "the upgrade has lost the configuration"

quiet dpkg -r nvmux libnvmux-dev libnvmux0
[ -f /etc/nvmux/nvmux.conf ] || fail "the removal has taken the configuration"
[ ! -e /etc/libvirt/hooks/qemu.d/50-nvmux ] || fail "the removal has left the hook"
[ -z "$(command -v nvmux)" ] || fail "the removal has left the command"
mkdir -p /etc/nvmux/gpus.d /var/lib/nvmux
quiet dpkg -P nvmux libnvmux-dev libnvmux0
[ -z "$(rest)" ] || fail "the purge has left: $(rest)"
"$HERE/check-dkms.sh" "$OUT"
rm -rf "$OUT"
