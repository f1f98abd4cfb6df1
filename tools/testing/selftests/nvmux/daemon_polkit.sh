#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may change what, with the polkit and the bus of the distribution: a user who is nobody, and
# one whom a rule lets.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

RULE=/etc/polkit-1/rules.d/60-nvmux.rules

setup() {
	rm -f "$RULE"
	daemon_fresh
}

teardown() { setup && daemon_stop; }

as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
as_member() { setpriv --reuid=nvmux-user --regid=nvmux --init-groups "$@"; }

case_everybody_may_look() {
	gives 0 as_nobody nvmux gpu list
	gives 0 as_nobody nvmux type list
	gives 0 as_nobody nvmux vgpu list --defined
	gives 0 as_nobody nvmux gpu plan "$GPU_A" vgpu
}

case_nobody_may_change() {
	gives 1 as_nobody nvmux gpu set-mode "$GPU_A" vgpu
	contains 'org.nvmux1.manage-mode, which polkit does not grant' "$text"
	gives 1 as_nobody nvmux vgpu define A30-6C
	contains 'org.nvmux1.manage-vgpu, which polkit does not grant' "$text"
	is_mode "$GPU_A" host
}

case_a_rule_lets_a_group() {
	cp /usr/share/doc/nvmux/60-nvmux.rules "$RULE"
	chmod 0644 "$RULE"
	systemctl try-restart polkit.service
	gives 0 as_member nvmux gpu set-mode "$GPU_A" vgpu
	gives 0 as_member nvmux vgpu create "$GPU_A" A30-6C --uuid "$UUID_1"
	gives 0 as_member nvmux vgpu delete "$UUID_1"
	printf 'version: v1\npolicy: consolidation\nvgpu-configs: { a: [] }\n' >/tmp/nvmux-policy.yaml
	gives 1 as_member nvmux apply -f /tmp/nvmux-policy.yaml
	contains 'org.nvmux1.manage-host, which polkit does not grant' "$text"
	gives 1 as_nobody nvmux gpu set-mode "$GPU_A" host
}

need_daemon
need_program setpriv pkcheck
[ -f /usr/share/doc/nvmux/60-nvmux.rules ] || skip_all "the sample rule is not installed"
getent group nvmux >/dev/null || groupadd --system nvmux
getent passwd nvmux-user >/dev/null || useradd --system --gid nvmux nvmux-user
run_cases everybody_may_look nobody_may_change a_rule_lets_a_group
