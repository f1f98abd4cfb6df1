# SPDX-License-Identifier: GPL-2.0-only
#
# nvmux: kernel modules, userspace, documentation, tests. See README.
#
#	make modules KDIR=...		build nvmux.ko and nvmux_sim.ko
#	make user			build libnvmux, nvmuxd, nvmux, the libvirt hook
#	make install DESTDIR=...	install userspace, units and man pages
#	make modules_install KDIR=... DESTDIR=...
#	make deb [OUT=..]		Debian packages, on the distribution that they are for
#	make demo			the main job, told and checked, in the test VM
#	make check			all tests; TESTS=<glob> for a part
#	make check-debug		the VM tests on a KASAN + lockdep + kmemleak kernel
#	make check-kcsan	the same on a kernel that looks for data races
#	make check-host			what needs no VM
#	make fuzz [FUZZ=*] [SECONDS=600]	the parsers of the userspace, each for that long
#	make mutations			break one thing at a time: does a test notice?
#					MUTANTS=<glob> for a part
#	make coverage			which lines the tests reach; TESTS=<glob> for a part
#	make bench			what it costs beside its peers; BENCH=<globs> for a part,
#					KEEP=1 for the page Documentation/benchmarks.rst
#	make vm [CMD='...']		a shell, or one command, in the test VM
#	make regen YNL=...		what is generated from the netlink specification

KDIR ?= /lib/modules/$(shell uname -r)/build
DESTDIR ?=
TESTS ?= *
MUTANTS ?= *
BENCH ?= *
KEEP ?=
VM := tools/testing/vm
KMAKE = $(MAKE) -C $(KDIR) M=$(CURDIR) W=1 KCFLAGS=-Werror

all: modules user

modules:
	$(KMAKE) modules

modules_install:
	$(KMAKE) INSTALL_MOD_PATH=$(abspath $(DESTDIR)) INSTALL_MOD_DIR=updates \
		DEPMOD=true modules_install

user:
	$(MAKE) -C userspace all
	$(MAKE) -C tools/guest all

install:
	$(MAKE) -C userspace install DESTDIR=$(abspath $(DESTDIR))
	$(MAKE) -C Documentation install DESTDIR=$(abspath $(DESTDIR))

deb:
	tools/packaging/deb.sh $(or $(OUT),..)

check-host:
	tools/testing/check-host.sh

check:
	TESTS='$(TESTS)' tools/testing/check.sh

check-debug:
	VM_KERNEL=debug TESTS='$(TESTS)' tools/testing/check-vm.sh

check-kcsan:
	VM_KERNEL=kcsan TESTS='$(TESTS)' tools/testing/check-vm.sh

fuzz:
	FUZZ='$(or $(FUZZ),*)' FUZZ_SECONDS='$(or $(SECONDS),600)' tools/testing/fuzz/fuzz.sh

mutations:
	tools/testing/mutations/run.sh '$(MUTANTS)'

coverage:
	TESTS='$(TESTS)' tools/testing/coverage/coverage.sh

bench:
	BENCH='$(BENCH)' tools/bench/bench.sh $(if $(KEEP),--keep)

demo:
	tools/demo/demo.sh

vm:
	$(VM)/host-deps.sh
	$(VM)/run.sh $(if $(CMD),'$(subst ','\'',$(CMD))')

regen:
	tools/netlink/regen.sh

clean:
	$(MAKE) -C userspace clean
	$(MAKE) -C tools/guest clean
	$(MAKE) -C tools/bench/probe clean
	find kmod -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' \
		-o -name '.*.cmd' | xargs -r rm -f

.PHONY: all modules modules_install user install deb check check-host check-debug check-kcsan fuzz bench \
	demo vm regen clean mutations coverage
