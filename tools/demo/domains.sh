# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The two VMs of the story: small Linux guests, part of the test VM's disk, that look for their GPU
# and tell on the serial line what they find (tools/guest/nvmux-guest.c).

# qboot leaves the BARs to the kernel. A BIOS would enable them first, and then the kernel's look at
# their sizes maps and unmaps 32 GiB for each of them, which takes minutes on an emulated CPU.
FIRMWARE=/usr/share/qemu/qboot.rom
GUEST_KERNEL=/usr/share/nvmux-test/vmlinuz
GUEST_INITRD=/usr/share/nvmux-test/initrd.img
SERIAL_DIR=/var/log/libvirt/qemu

domain_xml() { # NAME HOSTDEV-XML
	cat <<XML
<domain type='qemu'>
  <name>$1</name>
  <memory unit='MiB'>128</memory>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <loader readonly='yes' type='rom'>$FIRMWARE</loader>
    <kernel>$GUEST_KERNEL</kernel>
    <initrd>$GUEST_INITRD</initrd>
    <cmdline>console=ttyS0 quiet</cmdline>
  </os>
  <features><acpi/></features>
  <on_reboot>destroy</on_reboot>
  <devices>
    <controller type='usb' model='none'/>
    <controller type='pci' index='0' model='pci-root'>
      <pcihole64 unit='GiB'>64</pcihole64>
    </controller>
    <memballoon model='none'/>
    <serial type='file'><source path='$SERIAL_DIR/$1-console.log'/></serial>
    $2
  </devices>
</domain>
XML
}

define_domain() { # NAME HOSTDEV-XML
	rm -f "$SERIAL_DIR/$1-console.log"
	domain_xml "$1" "$2" >"/tmp/$1.xml"
	virsh -q define "/tmp/$1.xml"
}

guest_has_result() { grep -qs '^RESULT' "$SERIAL_DIR/$1-console.log"; }

# What the guest has found, once it has.
guest_report() { # NAME
	wait_for 400 guest_has_result "$1" || true
	tr -d '\r' <"$SERIAL_DIR/$1-console.log"
}

# A guest must find its function, with the right ids and BAR1, and its memory must hold.
check_guest() { # NAME DEVICE SUBSYSTEM BAR1-BYTES
	local report
	report=$(guest_report "$1")
	printf '%s\n' "$report" | grep -E '=|^RESULT' | indent
	expect_contains "vm $1 sees its function" "device=$2" "$report"
	expect_contains "vm $1 sees its board" "subsystem=$3" "$report"
	expect_contains "vm $1 sees bar1 of the right size" "bar1=$4" "$report"
	expect_contains "vm $1 writes and reads its memory" "RESULT ok" "$report"
}

domain_is_off() { [ "$(virsh domstate "$1")" = 'shut off' ]; }

stop_domain() { # NAME
	expect_ok virsh -q destroy "$1"
	wait_for 30 domain_is_off "$1"
	virsh -q undefine "$1"
}
