#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a host shall be, said once: files that are applied, vGPUs that are defined, both over a
# reload of the module as over a boot, and that nothing of others is touched.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=around.sh
. "$(dirname "$0")/around.sh"

FILE=/tmp/nvmux-spec.yaml

setup() {
	daemon_pause
	around_clean
	rm -rf /etc/nvmux/vgpus.d /etc/nvmux/nvmux.conf.d /etc/mdevctl.d/*/ /run/nvmux/stopped
	daemon_fresh
}

teardown() { setup && daemon_stop; }

lab() {
	cat >"$FILE" <<-END
		version: v1
		vgpu-configs:
		  lab:
		    - devices: ["$GPU_A"]
		      partition: mixed-size
		      vgpu-devices: { A30-12C: 1, A30-6C: 1 }
		    - devices: ["$GPU_B"]
		      mode: passthrough
	END
}

owner_of() { nvmux vgpu show "$1" --json | jq -r '.vgpus[0].owner'; }

case_apply_gives_the_host_and_again_nothing() {
	lab
	gives 1 nvmux assert -f "$FILE"
	gives 0 nvmux apply -f "$FILE"
	gives 0 nvmux assert -f "$FILE"
	same "second apply" '' "$(nvmux apply -f "$FILE")"
	gpu_is "$GPU_A" vgpu
	gpu_is "$GPU_B" passthrough
	same vgpus 2 "$("$TOOL" vgpus)"
}

case_export_of_a_host_is_that_host() {
	local exported
	lab
	nvmux apply -f "$FILE"
	exported=$(nvmux export)
	gives 0 nvmux assert -f - <<<"$exported"
	setup
	gives 0 nvmux apply -f - <<<"$exported"
	same export "$exported" "$(nvmux export)"
}

case_apply_comes_back_after_a_reload() {
	lab
	nvmux apply -f "$FILE"
	daemon_stop
	"$TOOL" reset
	same vgpus 0 "$("$TOOL" vgpus)"
	daemon_start
	until_ok 30 nvmux assert -f "$FILE"
}

case_apply_stops_where_it_is_refused() {
	sed 's/mixed-size/same-size/; s/A30-12C: 1/A30-12C: 2/' <(lab && cat "$FILE") >"$FILE.2"
	gives 1 nvmux apply -f "$FILE.2"
	contains "failed   $GPU_A" "$text"
	contains "left     $GPU_B" "$text"
	same definitions 2 "$(nvmux vgpu list --defined --json | jq '.definitions | length')"
}

# The account says what is made, what failed and why, what is left; the next one does the rest.
case_apply_goes_on_where_it_stopped() {
	lab
	hook_make 50-veto <<-END
		#!/bin/sh
		[ "\$NVMUX_GPU" != "$GPU_A" ] || { echo "not this one"; exit 1; }
	END
	text=$(nvmux apply -f "$FILE" --json 2>/dev/null || true)
	same verdicts 'done failed left left left' "$(jq -r '[.changes[].verdict] | join(" ")' <<<"$text")"
	contains 'not this one' "$(jq -r '.changes[1].reason' <<<"$text")"
	gpu_is "$GPU_A" host null
	gpu_is "$GPU_B" host null
	rm -r "$HOOKS"
	gives 0 nvmux apply -f "$FILE"
	gives 0 nvmux assert -f "$FILE"
}

# I10
case_apply_never_deletes_what_others_made() {
	nvmux gpu set-mode "$GPU_A" vgpu
	create "$GPU_A" A30-6C "$UUID_1"
	until_ok 10 nvmux vgpu show "$UUID_1"
	mdevctl define -u "$UUID_2" -p "$GPU_A" -t nvmux-A30-6C
	mdevctl start -u "$UUID_2"
	until_ok 10 nvmux vgpu show "$UUID_2"
	same owner foreign "$(owner_of "$UUID_1")"
	same owner mdevctl "$(owner_of "$UUID_2")"
	printf 'version: v1\nvgpu-configs:\n  a:\n  - {devices: all, mode: host}\n' >"$FILE"
	gives 5 nvmux apply -f "$FILE"
	contains "not ours" "$text"
	same vgpus 2 "$("$TOOL" vgpus)"
	same listed mdevctl "$(nvmux vgpu list --defined --json |
		jq -r --arg u "$UUID_2" '.definitions[] | select(.uuid == $u) | .owner')"
	gives 5 nvmux vgpu undefine "$UUID_2"
	mdevctl stop -u "$UUID_2"
}

case_defined_vgpu_is_started_stopped_and_stays_stopped() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu define "$GPU_A" A30-6C --uuid "$UUID_1" --autostart --vm m1
	same vgpus 0 "$("$TOOL" vgpus)"
	nvmux vgpu start "$UUID_1"
	same owner nvmux "$(owner_of "$UUID_1")"
	nvmux vgpu stop "$UUID_1"
	daemon_start
	same vgpus 0 "$("$TOOL" vgpus)"
	gives 3 nvmux vgpu stop "$UUID_1"
	nvmux vgpu undefine "$UUID_1"
	gives 3 nvmux vgpu start "$UUID_1"
}

# The daemon is killed; what it has made is known to the next one as its own.
case_owner_outlives_the_daemon() {
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux vgpu create "$GPU_A" A30-6C --uuid "$UUID_1" >/dev/null
	kill -KILL "$(daemon_pid)"
	until_ok 30 nvmux vgpu show "$UUID_1"
	same owner nvmux "$(owner_of "$UUID_1")"
}

need_daemon
need_program mdevctl
run_cases apply_gives_the_host_and_again_nothing export_of_a_host_is_that_host \
	apply_comes_back_after_a_reload apply_stops_where_it_is_refused \
	apply_goes_on_where_it_stopped apply_never_deletes_what_others_made \
	defined_vgpu_is_started_stopped_and_stays_stopped owner_outlives_the_daemon
