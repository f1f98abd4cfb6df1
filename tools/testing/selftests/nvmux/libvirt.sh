#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian's own libvirt, mdevctl and virt-install on a host of nvmux: what the host is right after
# each of their steps. The domains are started, but for where a guest must do something they stay
# paused: their devices are open all the same.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=../../../demo/domains.sh
. "$HERE/domains.sh"

node_name() { echo "pci_${1//[:.]/_}"; }

CONFIGFS=/sys/kernel/config/nvmux_sim
TYPE=nvmux-A30-12C

# vfio-pci maps all of BAR1 when it is read, and KASAN shadows what is mapped: 4 GiB for an A30. So
# the board that is given whole has a small one, where boards can be made.
if [ -d $CONFIGFS ]; then WHOLE=0002:15:00.0; else WHOLE=$GPU_B; fi
NODE_A=$(node_name "$GPU_A")
NODE_W=$(node_name "$WHOLE")

board_add() {
	[ -d $CONFIGFS ] && [ ! -d $CONFIGFS/libvirt ] || return 0
	mkdir $CONFIGFS/libvirt
	echo a10 >$CONFIGFS/libvirt/model
	echo "$WHOLE" >$CONFIGFS/libvirt/address
	echo 64 >$CONFIGFS/libvirt/vram_mib
	echo 64 >$CONFIGFS/libvirt/bar1_mib
	echo 1 >$CONFIGFS/libvirt/live
}

board_del() { [ ! -d $CONFIGFS/libvirt ] || rmdir $CONFIGFS/libvirt; }

# A is shared and has one vGPU, the other one is for one VM.
setup() {
	no_domain web
	no_domain solver
	daemon_pause
	rm -rf /etc/nvmux/vgpus.d /etc/mdevctl.d/*/
	daemon_fresh
	board_add
	until_ok 10 nvmux gpu show "$WHOLE" >/dev/null
	nvmux gpu set-mode "$GPU_A" vgpu
	nvmux gpu set-mode "$WHOLE" passthrough
	nvmux vgpu create "$GPU_A" A30-12C --uuid "$UUID_1" >/dev/null
}

teardown() {
	no_domain web
	no_domain solver
	stop_libvirt
	daemon_stop
	board_del
	"$TOOL" reset
}

stop_libvirt() {
	systemctl stop libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
}

no_domain() { # NAME
	virsh -q destroy "$1" || true
	virsh -q undefine "$1" || true
} 2>/dev/null

vgpu_field() { nvmux vgpu show "$UUID_1" --json | jq -r ".vgpus[0].$1"; }
vgpu_is() { # STATE VM
	same vgpu "$1 $2" "$(vgpu_field state) $(vgpu_field 'vm // "-"')"
}
gpu_vms() { gpu_field "$1" 'vms | join(",")'; }
resets() { vgpu_field resets; }
qemu_pid() { cat "/run/libvirt/qemu/$1.pid"; }
domain_state() { [ "$(virsh domstate "$1")" = "$2" ]; }
domain_is() { [ "$(virsh domstate "$1" --reason)" = "$2" ]; }
nodes() { virsh nodedev-list --cap "$1"; }
has_node() { nodes "$1" | grep -qx "$2"; }
lacks_node() { ! has_node "$@"; }
node_says() { virsh nodedev-dumpxml "$1" | grep -q "$2"; }
mdev_node() { echo "mdev_${1//-/_}_${NODE_A#pci_}"; }
defined() { nvmux vgpu list --defined --json | jq -r --arg u "$1" ".definitions[] | select(.uuid == \$u) | .$2"; }

mdev_xml() { # UUID
	echo "<device><parent>$NODE_A</parent><capability type='mdev'><type id='$TYPE'/><uuid>$1</uuid></capability></device>"
}

case_types_are_listed_while_it_is_shared() {
	local xml
	until_ok 10 has_node mdev_types "$NODE_A"
	until_ok 10 lacks_node mdev_types "$NODE_W"
	xml=$(virsh nodedev-dumpxml "$NODE_A")
	contains "<type id='$TYPE'>" "$xml"
	contains '<name>NVIDIA A30-12C</name>' "$xml"
	nvmux vgpu delete "$UUID_1"
	nvmux gpu set-mode "$GPU_A" passthrough
	until_ok 10 lacks_node mdev_types "$NODE_A"
	until_ok 10 node_says "$NODE_A" '<name>vfio-pci</name>'
	nvmux gpu set-mode "$GPU_A" vgpu
	until_ok 10 has_node mdev_types "$NODE_A"
}

# One that libvirt has made for now: counted, shown as somebody else's, gone when it says so.
case_nodedev_create_and_destroy() {
	virsh -q nodedev-create <(mdev_xml "$UUID_2")
	same state published "$(state_of "$UUID_2")"
	until_ok 10 nvmux vgpu show "$UUID_2"
	same owner foreign "$(nvmux vgpu show "$UUID_2" --json | jq -r '.vgpus[0].owner')"
	has_node mdev "$(mdev_node "$UUID_2")"
	gives 1 virsh -q nodedev-create <(mdev_xml "$UUID_3")
	same vgpus 2 "$("$TOOL" vgpus)"
	virsh -q nodedev-destroy "$(mdev_node "$UUID_2")"
	same state none "$(state_of "$UUID_2")"
	until_ok 10 lacks_node mdev "$(mdev_node "$UUID_2")"
}

case_nodedev_define_autostart_and_start() {
	local node
	node=$(mdev_node "$UUID_2")
	virsh -q nodedev-define <(mdev_xml "$UUID_2")
	same state none "$(state_of "$UUID_2")"
	same owner mdevctl "$(defined "$UUID_2" owner)"
	same autostart false "$(defined "$UUID_2" autostart)"
	virsh -q nodedev-autostart "$node"
	same autostart true "$(defined "$UUID_2" autostart)"
	same active false "$(defined "$UUID_2" active)"
	virsh -q nodedev-start "$node"
	same state published "$(state_of "$UUID_2")"
	until_ok 10 nvmux vgpu show "$UUID_2"
	same active true "$(defined "$UUID_2" active)"
	gives 5 nvmux vgpu undefine "$UUID_2"
	virsh -q nodedev-destroy "$node"
	same state none "$(state_of "$UUID_2")"
	virsh -q nodedev-undefine "$node"
	same definition '' "$(defined "$UUID_2" owner)"
}

start_both() {
	define_domain web "$(nvmux vgpu xml "$UUID_1")"
	define_domain solver "$(nvmux gpu xml "$WHOLE")"
	virsh -q start web --paused
	vgpu_is open web
	virsh -q start solver --paused
	same 'vms of the whole one' solver "$(gpu_vms "$WHOLE")"
	gives 4 nvmux vgpu delete "$UUID_1"
	gives 4 nvmux gpu set-mode "$WHOLE" host
}

both_are_free() {
	vgpu_is published - && same 'vms of the whole one' '' "$(gpu_vms "$WHOLE")" &&
		gpu_is "$GPU_A" vgpu && gpu_is "$WHOLE" passthrough &&
		same vms '[]' "$(nvmux vm list --json | jq -c .vms)"
}

case_start_destroy_start() {
	start_both
	virsh -q destroy web
	virsh -q destroy solver
	both_are_free
	virsh -q start web --paused
	vgpu_is open web
	virsh -q destroy web
	vgpu_is published -
}

# kill -9 of QEMU: nobody says goodbye.
case_crash() {
	start_both
	kill -9 "$(qemu_pid web)" "$(qemu_pid solver)"
	until_ok 30 domain_is web 'shut off (crashed)'
	until_ok 30 domain_is solver 'shut off (crashed)'
	until_ok 10 both_are_free
	virsh -q start solver --paused
	same 'vms of the whole one' solver "$(gpu_vms "$WHOLE")"
}

define_with() { # EDIT
	domain_xml web "$(nvmux vgpu xml "$UUID_1")" | sed "$1" >/tmp/web.xml
	virsh -q define /tmp/web.xml
}

# A reset of its machine keeps a VM its vGPU, and is counted.
case_reboot() {
	local before pid
	define_with 's,<on_reboot>destroy,<on_reboot>restart,'
	virsh -q start web
	before=$(resets)
	pid=$(qemu_pid web)
	virsh -q reset web
	sleep 1.5
	vgpu_is open web
	same pid "$pid" "$(qemu_pid web)"
	[ "$(resets)" -gt "$before" ]
	nvmux metrics | grep -q "^nvmux_vgpu_resets_total{vgpu=\"$UUID_1\"} [1-9]"
}

# The guest ends by itself.
case_guest_stops() {
	define_with 's,quiet</cmdline>,quiet after=off</cmdline>,'
	virsh -q start web
	until_ok 240 domain_is_off web
	until_ok 10 vgpu_is published -
}

case_libvirtd_restarts_under_vms() {
	start_both
	systemctl restart libvirtd.service
	until_ok 30 domain_state web paused
	vgpu_is open web
	same 'vms of the whole one' solver "$(gpu_vms "$WHOLE")"
	gives 4 nvmux gpu set-mode "$WHOLE" host
	virsh -q destroy web
	virsh -q destroy solver
	both_are_free
	nvmux gpu set-mode "$WHOLE" host
}

install() { # NAME OPTION...
	local name=$1
	shift
	virt-install --name "$name" --virt-type qemu --machine pc --memory 128 --import --disk none \
		--network none --graphics none --sound none --memballoon none --controller usb,model=none \
		--osinfo detect=off,require=off --noautoconsole --boot \
		"loader=$FIRMWARE,loader.readonly=yes,loader.type=rom,kernel=$GUEST_KERNEL,initrd=$GUEST_INITRD,kernel_args=console=ttyS0" \
		"$@"
}

# It takes mediated devices of types that it knows by name only, and ours are not among them.
install_vgpu() { # NAME NUMBER-OF-HOSTDEV OPTION...
	local name=$1 path="./devices/hostdev[$2]"
	shift 2
	install "$name" "$@" --xml "$path/@mode=subsystem" --xml "$path/@type=mdev" \
		--xml "$path/@model=vfio-pci" --xml "$path/source/address/@uuid=$UUID_1"
}

case_virt_install() {
	local whole=$NODE_W,xpath1.set=./@managed,xpath1.value=no
	install_vgpu web 1 >/tmp/virt-install.log
	vgpu_is open web
	install solver --hostdev "$whole" >/tmp/virt-install.log
	same 'vms of the whole one' solver "$(gpu_vms "$WHOLE")"
	virsh -q destroy web
	virsh -q destroy solver
	until_ok 10 both_are_free
	no_domain web
	gives 1 install_vgpu web 2 --hostdev "$whole"
	contains 'one kind per vm' "$text"
	both_are_free
}

need_daemon
need_program virsh mdevctl virt-install
vm-start-libvirt
run_cases types_are_listed_while_it_is_shared nodedev_create_and_destroy \
	nodedev_define_autostart_and_start start_destroy_start crash reboot guest_stops \
	libvirtd_restarts_under_vms virt_install
