#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests: those of the host, those of the VM, its reboot, the packages. The last line is the sum.
#
#	TESTS=*		glob over the names of test programs and checks
set -u
HERE=$(dirname "$0")

all() {
	CHECK_RAW=1 "$HERE/check-host.sh" || echo "not ok - check-host.sh came to its end"
	CHECK_RAW=1 "$HERE/check-vm.sh" || echo "not ok - check-vm.sh came to its end"
	"$HERE/check-reboot.sh" || echo "not ok - check-reboot.sh came to its end"
	"$HERE/check-install.sh" || echo "not ok - check-install.sh came to its end"
}

all | "$HERE/ktap.py"
