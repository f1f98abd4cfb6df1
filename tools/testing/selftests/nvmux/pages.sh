#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The commands of pages of the documentation, in their order: each succeeds, or is refused where the
# page shows a refusal, and prints what the page says. In the literal blocks
#
#	# PROGRAM...	is run
#	...		stands for any text
#	a UUID		stands for one, which is then the same on all of the page
#
# and blanks count as one. README's first commands must be on the first page as well.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=../../../demo/domains.sh
. "$HERE/domains.sh"

PAGES="quickstart libvirt nova kubevirt proxmox"
UUID='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
DIR=/tmp/nvmux-pages
declare -A UUIDS

page() { echo "$HERE/$1.rst"; }

squeeze() { sed -E 's/[[:space:]]+/ /g; s/^ //; s/ $//'; }

# The literal blocks of a page, without margin and empty lines.
blocks() { # PAGE
	awk '/::$/ { block = 1; next }
		block && /^[^ ]/ { block = 0 }
		block && NF { print }' "$(page "$1")" | squeeze
}

is_command() { # LINE
	local prompt program
	read -r prompt program _ <<<"$1"
	[ "$prompt" = '#' ] && command -v "$program" >/dev/null
}

count_commands() { # PAGE
	local line n=0
	while IFS= read -r line; do
		if is_command "$line"; then n=$((n + 1)); fi
	done < <(blocks "$1")
	echo $n
}

# What the page calls by its UUIDs by those that it has got; names of libvirt have _ in them.
translate() { # TEXT
	local text=$1 uuid
	for uuid in "${!UUIDS[@]}"; do
		text=${text//$uuid/${UUIDS[$uuid]}}
		text=${text//${uuid//-/_}/${UUIDS[$uuid]//-/_}}
	done
	echo "$text"
}

# As a regular expression; where nothing was translated a UUID is a new one, and any.
pattern() { # LINE TRANSLATED
	local regex
	regex=$(sed -E 's/[][\\.^$*+?(){}|]/\\&/g; s/\\\.\\\.\\\./.*/g' <<<"$2")
	[ "$1" != "$2" ] || regex=$(sed -E "s/$UUID/($UUID)/" <<<"$regex")
	echo "^$regex$"
}

# A first sight of a UUID is an introduction.
learn() { # LINE SEEN
	[[ $1 =~ $UUID ]] || return 0
	local name=${BASH_REMATCH[0]}
	[ -z "${UUIDS[$name]:-}" ] && [[ $2 =~ $UUID ]] && UUIDS[$name]=${BASH_REMATCH[0]}
	return 0
}

# Each line of the page, in its order, among those that were printed.
prints() { # WANTED SEEN
	local line seen regex
	while IFS= read -r line; do
		case $line in '' | ...) continue ;; esac
		regex=$(pattern "$line" "$(translate "$line")")
		seen=''
		until [[ $seen =~ $regex ]]; do
			IFS= read -r seen <&3 || { echo "# never printed: $line"; return 1; }
		done
		learn "$line" "$seen"
	done <<<"$1" 3<<<"$2"
}

is_refusal() { [[ $'\n'$1 == *$'\n'nvmux:\ * ]]; }

step() { # COMMAND WANTED
	local command status=0 text
	command=$(translate "$1")
	text=$(cd $DIR && bash -c "$command" 2>&1 </dev/null) || status=$?
	text=$(squeeze <<<"$text")
	echo "# > $command"
	echo "#   ${text//$'\n'/$'\n#   '}"
	if is_refusal "$2"; then
		[ $status != 0 ] || { echo "# was not refused"; return 1; }
	elif [ $status != 0 ]; then
		echo "# exit status $status"
		return 1
	fi
	prints "$2" "$text"
}

result() { # STATUS NAME
	if [ "$1" = 0 ]; then ktap_test_pass "$2"; else ktap_test_fail "$2"; fi
}

run_page() { # PAGE
	local line command='' wanted=''
	UUIDS=()
	while IFS= read -r line; do
		if ! is_command "$line"; then
			wanted+=${wanted:+$'\n'}$line
			continue
		fi
		[ -z "$command" ] || { step "$command" "$wanted"; result $? "$1: $command"; }
		command=${line#\# } wanted=''
	done < <(blocks "$1" && echo '# true')
}

# By their verbs: names differ from host to host.
readme_is_on_the_page() {
	local line missing=0
	while IFS= read -r line; do
		line=$(sed -E 's/^ +//; s/ +#.*//; s/ +(0000:|UUID).*//' <<<"$line")
		blocks quickstart | grep -qF -- "# $line" || { echo "# not on the page: $line"; missing=1; }
	done < <(sed -n '/^First five commands/,/^Build and install/p' "$HERE/README" | grep '^    nvmux')
	return $missing
}

no_domain() { # NAME
	virsh -q destroy "$1" || true
	virsh -q undefine "$1" || true
} 2>/dev/null

setup() {
	modprobe nvmux
	modprobe nvmux_sim preset=lab
	no_domain web
	no_domain solver
	daemon_stop
	rm -rf /etc/nvmux/{gpus.d,vgpus.d,nvmux.conf.d} /run/nvmux/claims /var/lib/nvmux/* $DIR
	mkdir $DIR
	"$TOOL" reset
}

# Nothing is there but two VMs that are off.
setup_quickstart() {
	setup
	define_domain web ''
	define_domain solver ''
	rmmod nvmux nvmux_sim
	systemctl -q unmask --runtime nvmuxd.service
}

# libvirt waits for the end of a process for seconds. One with 32 GiB of BAR1 needs longer where
# KASAN has a shadow of them.
be_patient() {
	# shellcheck disable=SC2317
	virsh() {
		command virsh "$@" && return
		[ "$1" = destroy ] || return
		for _ in {1..60}; do
			[ "$(command virsh domstate "$2")" != 'shut off' ] || return 0
			sleep 1
		done
		return 1
	}
	export -f virsh
}

has_mdev() { virsh nodedev-list --cap mdev | grep -q mdev; }

# One GPU is shared, the other one is for one VM.
setup_others() {
	setup
	daemon_fresh
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$GPU_B" passthrough
	nvmux vgpu create "$GPU_A" A30-12C --uuid c2177883-f1bb-47f0-914d-32a22e3a8804 >/dev/null
	until_ok 30 has_mdev
}

plan() {
	local name n=1
	for name in $PAGES; do
		n=$((n + $(count_commands "$name")))
	done
	ktap_set_plan $n
}

need_daemon
need_program virsh mdevctl
[ $SLOW = 1 ] || [ -n "${NVMUX_PAGES:-}" ] ||
	skip_all 'takes a kernel that watches itself a quarter of an hour; NVMUX_PAGES=1 runs it'
[ $SLOW = 1 ] || be_patient
vm-start-libvirt
ktap_print_header
plan
for name in $PAGES; do
	if [ "$name" = quickstart ]; then setup_quickstart; else setup_others; fi
	run_page "$name"
done
readme_is_on_the_page
result $? 'readme is on the page'
setup
systemctl stop libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
ktap_finished
