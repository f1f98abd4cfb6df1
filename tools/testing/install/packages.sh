#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in the test VM, which knows nothing of nvmux: the packages are installed, upgraded, removed and
# purged under a running systemd. Prints KTAP.
# shellcheck source=../selftests/nvmux/lib.sh
. /mnt/share/kselftest/nvmux/lib.sh

setup() { :; }

debs() { # VERSION
	echo /mnt/share/debs/{libnvmux0,nvmux}_"$1"_*.deb
}

rest() { find /usr /etc /var/lib /run -name '*nvmux*' ! -path '*/dpkg/*' ! -name '*nvmux-test*'; }

# The unit is of type notify: when its start has ended the daemon serves.
serves() { # VERSION
	systemctl -q is-active nvmuxd.service
	contains "nvmuxd runs, version $1" "$(nvmux doctor || true)"
}

case_install_starts_the_daemon() {
	same before '' "$(rest)"
	# shellcheck disable=SC2046 # several files
	dpkg -i $(debs 0.1.0) >/dev/null
	serves 0.1.0
	systemctl -q is-enabled nvmuxd.service
	systemctl -q is-enabled nvmux-ready.target
	[ -x "$HOOK" ]
}

case_upgrade_keeps_the_configuration() {
	local pid
	pid=$(daemon_pid)
	echo '# mine' >>/etc/nvmux/nvmux.conf
	# shellcheck disable=SC2046
	dpkg -i $(debs 0.1.1) >/dev/null
	serves 0.1.1
	[ "$(daemon_pid)" != "$pid" ]
	same mine '# mine' "$(tail -n 1 /etc/nvmux/nvmux.conf)"
}

case_removal_leaves_the_configuration() {
	dpkg -r nvmux libnvmux0 >/dev/null
	[ -f /etc/nvmux/nvmux.conf ]
	[ ! -e "$HOOK" ]
	gives 127 bash -c nvmux
	same unit not-found "$(systemctl show -P LoadState nvmuxd.service)"
	same failed '' "$(systemctl --failed --plain --no-legend)"
}

# Whoever changes his mind has what he had, at the next boot as well.
case_return_is_as_before() {
	# shellcheck disable=SC2046
	dpkg -i $(debs 0.1.1) >/dev/null
	serves 0.1.1
	systemctl -q is-enabled nvmuxd.service
	systemctl -q is-enabled nvmux-ready.target
	same mine '# mine' "$(tail -n 1 /etc/nvmux/nvmux.conf)"
}

# It would switch GPUs.
case_upgrade_starts_no_daemon_that_was_stopped() {
	systemctl stop nvmuxd.service
	# shellcheck disable=SC2046
	dpkg -i $(debs 0.1.1) >/dev/null
	gives 3 systemctl -q is-active nvmuxd.service
	systemctl start nvmuxd.service
	systemctl disable nvmux-ready.target 2>/dev/null
	# shellcheck disable=SC2046
	dpkg -i $(debs 0.1.1) >/dev/null
	serves 0.1.1
	gives 1 systemctl -q is-enabled nvmux-ready.target
}

case_purge_leaves_nothing() {
	mkdir -p /etc/nvmux/gpus.d /var/lib/nvmux
	dpkg -P nvmux libnvmux0 >/dev/null
	same rest '' "$(rest)"
}

run_cases install_starts_the_daemon upgrade_keeps_the_configuration \
	removal_leaves_the_configuration return_is_as_before \
	upgrade_starts_no_daemon_that_was_stopped purge_leaves_nothing
