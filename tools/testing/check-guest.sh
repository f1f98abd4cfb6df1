#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs in a test VM, with its number: the kselftests that check-vm.sh has dealt to
# it, then what concerns all of them: the modules leave nothing behind, and the
# kernel had no reason to complain. Prints KTAP.
set -u
SHARE=/mnt/share
HERE=/run/nvmux-check
MODULES="nvmux nvmux_sim"
N=0

# A test lets all devices sleep, which virtio's 9p does not survive: whoever then
# so much as closes a file there waits for ever. So we run from a copy.
move_away() {
	mkdir $HERE
	cp -r $SHARE/. $HERE/
	exec bash $HERE/check-guest.sh "$1"
}

result() { # STATUS NAME
	N=$((N + 1))
	if [ "$1" = 0 ]; then echo "ok $N $2"; else echo "not ok $N $2"; fi
}

# Prints nothing when all is well: output is what is wrong.
expect_silence() { # NAME COMMAND...
	local name=$1 text
	shift
	text=$("$@" 2>&1)
	[ -z "$text" ] || printf '#   %s\n' "${text//$'\n'/$'\n'#   }"
	[ -z "$text" ]
	result $? "$name"
}

# The daemon would put GPUs into their configured modes under the tests' feet;
# those that want it start it.
quiet_daemon() {
	systemctl -q mask --runtime --now nvmuxd.service 2>/dev/null || true
}

# An emulated CPU that shares its host is slow, with a debugging kernel slower.
# Where it looks for objects in what is unmapped, and frees KASAN's shadow of it, 32 GiB of BAR1 take
# it half a minute and more.
# What it warns of ends it there and then: nothing that comes behind can be trusted.
TIMEOUT=900
if [ -e /sys/kernel/debug/kmemleak ]; then
	TIMEOUT=1800
	echo 60 >/proc/sys/kernel/watchdog_thresh
	echo 120 >/sys/module/workqueue/parameters/watchdog_thresh
	echo 1 >/proc/sys/kernel/panic_on_warn
fi

run_some() { # TESTS...
	local args=(-o "$TIMEOUT") test
	[ $# -gt 0 ] || return 0
	for test; do
		args+=(-t "nvmux:$test")
	done
	# the runner opens its output a second time, which a pipe survives
	$HERE/kselftest/run_kselftest.sh "${args[@]}" 2>&1 | cat
}

# What lets several do something at once.
CROWDS='^(gpu_(fault|live|matrix|mode|race|scrub)|netlink_(fuzz|policy)|vgpu_life)_test$'
CROWDS+='|^vfio_(cdev|config|door|intr|irq|neighbour|precopy)_test$'

# Where the kernel watches itself, two CPUs that share one of the host's wait for each other's locks
# for most of the time. So what does one thing after the other runs on one CPU there.
run_tests() {
	# shellcheck source=/dev/null
	. $HERE/settings
	local cpu=/sys/devices/system/cpu/cpu1/online several one
	if [ ! -e /sys/kernel/debug/kmemleak ]; then
		mapfile -t several <"$HERE/tests-$1"
		run_some "${several[@]}"
		return
	fi
	mapfile -t several < <(grep -E "$CROWDS" "$HERE/tests-$1")
	mapfile -t one < <(grep -vE "$CROWDS" "$HERE/tests-$1")
	run_some "${several[@]}"
	[ ! -e $cpu ] || echo 0 >$cpu
	run_some "${one[@]}"
}

unload() {
	local module
	for module; do
		rmmod "$module" 2>&1
	done
}

load() {
	modprobe nvmux 2>&1
	modprobe nvmux_sim preset=lab 2>&1
	udevadm settle
}

# What a module that is gone must have taken along.
traces() {
	ls -d /sys/module/nvmux /sys/module/nvmux_sim /sys/bus/pci/devices/0001:* \
		/sys/kernel/iommu_groups/*/devices/0001:* /sys/class/mdev_bus/* \
		/sys/bus/mdev/devices/* /sys/bus/pci/drivers/nvmux \
		/sys/bus/mdev/drivers/nvmux* /sys/kernel/debug/nvmux* \
		/sys/kernel/config/nvmux* /sys/class/iommu/nvmux* 2>/dev/null
	grep -E 'nvmux|0001:' /proc/iomem
	grep -E 'nvmux' /proc/interrupts
	genl ctrl get name nvmux 2>/dev/null
}

# Ends with the modules unloaded, tried in both orders.
reload() {
	local i
	for ((i = 0; i < $1; i++)); do
		load
		unload nvmux nvmux_sim
		load
		unload nvmux_sim nvmux
	done
	traces
}

# Lines from warning level up that are no complaint about us. A create that is
# refused and a board that a test has broken are told by the driver and PCI core. The name of our
# kernels is on the second line of every splat, also of those that are none of ours.
EXPECTED='loading out-of-tree module taints kernel
module verification failed: signature and/or required key missing
kselftest: Running tests in nvmux
CPU: [0-9]+ UID: [0-9]+ PID: .* [0-9.]+-nvmuxdbg #[0-9]
nvmux_vgpu [-0-9a-f]{36}: probe with driver nvmux_vgpu failed with error -(16|22|28|87|95|98)$
000[12]:..:00.[0-3]: Unable to change power state from (unknown|D0|D3hot|D3cold) to D(0|3hot), device inaccessible
vfio-pci 000[12]:..:00.[0-3]: reset(ting| done)$
000[12]:..:00.0: not ready [0-9]+ms after FLR; (waiting|giving up)$
000[12]:..:00.0: quarantined: 
000[12]:..:00.0: All device reset methods disabled by user$
vfio-pci 000[12]:..:00.[0-3]: MSI interrupts are not secure, they cannot be isolated by the platform\.
nvmux 000[12]:..:00.0: PM: device_prepare\(\): pci_pm_prepare returns -16$
nvmux 000[12]:..:00.0: probe with driver nvmux failed with error -(5|95)$'

# A splat is one whatever its level and whoever caused it.
SPLAT='WARNING:|BUG:|Oops|cut here|Call Trace|general protection|truncated extack'
SPLAT+='|possible (recursive|circular) locking|suspicious RCU|inconsistent lock state'
SPLAT+='|KASAN|UBSAN|KCSAN|blocked for more than|refcount_t|ODEBUG|kobject_add_internal'
SPLAT+='|cannot create duplicate|list_(add|del) corruption|sleeping function called'
SPLAT+='|held lock freed|memory leak|DMA-API:|soft lockup|hung_task'

# What checkers say of themselves while they start.
BOOT='DMA-API: (preallocated|debugging enabled)|Kernel memory leak detector'

# Where a test lets allocations fail, those to whom it happens may say so.
without_wanted() {
	sed -E "/nvmux_test: allocation_fails/,/nvmux_test: end/{
		/error:? -(12|16)|BAR [0-9]: can't reserve|driver_sysfs_add failed/d
		/debugfs: out of free dentries|bus_add_driver: |Failed to add to iommu group [0-9]+: -12$/d
		/can't add \[mem .*\] resource$/d
	}"
}

# The kernel has races of its own, which a strict KCSAN tells of as well.
without_others_races() { grep -vE 'KCSAN: data-race in [^[]*$'; }

complaints() {
	dmesg | without_wanted | without_others_races | grep -E "$SPLAT" | grep -vE "$BOOT"
	dmesg -x | without_wanted | grep -E '^kern *:(emerg|alert|crit|err|warn)' |
		grep -Ei 'nvmux|mdev|vfio|000[12]:..:' | grep -vE "$EXPECTED"
}

# The kernel forgets the oldest lines when there is no more room for them.
forgotten() { dmesg | grep -c 'Linux version' >/dev/null || echo "the kernel log has lost its beginning"; }

# Out of tree and unsigned is what we are; anything else has happened.
taint() {
	local value
	value=$(cat /proc/sys/kernel/tainted)
	[ $((value & ~(1 << 12 | 1 << 13))) = 0 ] || echo "tainted: $value"
}

# An object must be older than five seconds to be called a leak.
leaks() {
	local leaked=/sys/kernel/debug/kmemleak
	echo scan >$leaked
	sleep 6
	echo scan >$leaked
	grep -B8 -A24 -E 'nvmux' $leaked
}

# What has been counted, as lines, since the host's folder is out of reach by now: by the modules,
# also before they were unloaded, and by programs when they ended. Kernel files tell no size.
coverage() { # VM
	local gcov=/sys/kernel/debug/gcov file
	[ -n "${NVMUX_GCOV:-}" ] || return 0
	mkdir $HERE/gcov
	[ ! -d /src ] || cp -r /src $HERE/gcov/
	find $gcov -name '*.gcda' | while read -r file; do
		mkdir -p "$HERE/gcov/$(dirname "${file#"$gcov"/}")"
		cat "$file" >"$HERE/gcov/${file#"$gcov"/}"
	done
	tar -C $HERE/gcov -cz ./src | base64 | sed "s/^/# gcov-$1 /"
}

main() {
	local rounds=1
	umount $SHARE
	[ ! -e /sys/kernel/debug/kmemleak ] || rounds=25
	quiet_daemon
	run_tests "$1"
	quiet_daemon
	# shellcheck disable=SC2086
	expect_silence "modules can be unloaded" unload $MODULES
	expect_silence "nothing of the modules is left" traces
	expect_silence "modules can be loaded and unloaded again" reload $rounds
	if [ -e /sys/kernel/debug/kmemleak ]; then
		expect_silence "no memory has leaked" leaks
	fi
	expect_silence "the kernel log is whole" forgotten
	expect_silence "the kernel did not complain" complaints
	expect_silence "the kernel is not tainted" taint
	coverage "$1"
	dmesg >/dev/console
}

[ -d $HERE ] || move_away "$1"
main "$1"
