#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the kselftests of the checkout and installs them:
#
#	install-tests.sh DIR
#
# The kernel's own Makefile installs, so it must find us among its tests: in a
# copy of the few files that it needs, because the source is shared. What others
# have written lies beside ours as it is: ynl/ and vfio/.
set -eu
. "$(dirname "$0")/lib.sh"
[ $# = 1 ] || die "usage: install-tests.sh DIR"

# shellcheck disable=SC2016
"$VM_DIR/enter.sh" -b "$("$VM_DIR/source.sh"):/linux:ro" -b "$VM_DIR/../../..:/src:ro" \
	-b "$("$VM_DIR/suite-vfio.sh"):/suite:ro" -b "$1:/install" sh -eu -c '
	ksft=/tmp/linux/tools/testing/selftests
	mkdir -p $ksft /tmp/linux/scripts
	cp /linux/scripts/subarch.include /tmp/linux/scripts/
	cd /linux/tools/testing/selftests
	cp -r Makefile lib.mk run_kselftest.sh kselftest kselftest*.h $ksft/
	ln -s /src/tools/testing/selftests/nvmux $ksft/nvmux
	make -s -C $ksft O=/tmp/build TARGETS=nvmux FORCE_TARGETS=1 \
		KSFT=$ksft KSFT_INSTALL_PATH=/install install
	cp -r /linux/tools/net/ynl /suite/vfio /install/
	cp /suite/version /install/vfio/
' >&2
