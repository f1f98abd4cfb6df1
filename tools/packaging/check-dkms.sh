#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What dkms does with the package of the modules: builds them for the running kernel when it is
# installed, again when it is upgraded or a kernel comes, and takes them away with it. Prints what is
# wrong.
#
#	check-dkms.sh DIR	packages of the versions 0.1.0 and 0.1.1
#
# In a system that may be spoiled, with dkms. $KDIR is the build directory of a kernel that is
# played to be the running one.
set -eu
OUT=$1
RELEASE=$(basename "$(dirname "$KDIR")")
MODULES=/usr/lib/modules/$RELEASE/updates/dkms

fail() { echo "$*"; exit 1; }
quiet() { "$@" >"$OUT/log" 2>&1 || { cat "$OUT/log"; fail "failed: $*"; }; }

play_kernel() {
	cat >/usr/local/sbin/uname <<-END
		#!/bin/sh
		[ "\$*" != -r ] || { echo $RELEASE; exit; }
		exec /usr/bin/uname "\$@"
	END
	chmod 0755 /usr/local/sbin/uname
}

# dkms itself is unpacked, not installed, so dpkg does not know of it.
install_package() { # VERSION
	quiet dpkg --force-depends -i "$OUT/nvmux-dkms_$1_all.deb"
	! grep -q 'was not built' "$OUT/log" || { cat "$OUT/log"; fail "$1 was not built"; }
}

is_built() { # VERSION
	local module
	for module in nvmux nvmux_sim; do
		modinfo -F vermagic "$MODULES/$module.ko"* 2>/dev/null | grep -q "^$RELEASE " ||
			fail "module $module of $1 is not installed for $RELEASE"
	done
	dkms status -m nvmux | grep -q "^nvmux/$1, $RELEASE, .*: installed$" ||
		fail "dkms does not have $1 installed: $(dkms status)"
	[ "$(dkms status -m nvmux | wc -l)" = 1 ] || fail "more than $1 is left: $(dkms status)"
}

is_gone() { # BY-WHAT
	local rest
	rest=$(find "/usr/lib/modules/$RELEASE" /usr/src /var/lib/dkms -name '*nvmux*')
	[ -z "$rest" ] || fail "the $1 has left $rest"
}

play_kernel
install_package 0.1.0
is_built 0.1.0
install_package 0.1.1
is_built 0.1.1
quiet dkms uninstall -m nvmux -v 0.1.1 -k "$RELEASE"
quiet dkms autoinstall -k "$RELEASE"
is_built 0.1.1
quiet dpkg --force-depends -r nvmux-dkms
is_gone removal
quiet dpkg -P nvmux-dkms
is_gone purge
