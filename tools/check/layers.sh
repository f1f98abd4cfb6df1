#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Layers of kmod: a room includes only rooms that stand above it in kmod/Kbuild, and the core knows
# neither PCI nor netlink nor VFIO.
set -eu
cd "$(dirname "$0")/../../kmod"

may_include() { # ROOM: the other rooms whose headers it may include
	case $1 in
	core) echo 'hw/catalogue' ;;	# type.c looks rows up
	hw) echo 'core' ;;
	guest) echo 'core hw' ;;
	modes) echo 'core hw' ;;
	control) echo 'core hw guest modes' ;;
	esac
}

for room in core hw guest modes control; do
	allowed=" $room $(may_include $room) "
	find $room -name '*.[ch]' -exec grep -Hn '^#include "\.\./' {} + |
	while IFS= read -r line; do
		target=$(echo "$line" | sed 's,.*"\(\.\./\)*\(.*\)".*,\2,')
		case $target in
		*/*) target=${target%/*} ;;
		*) continue ;;
		esac
		case $allowed in
		*" $target "*) ;;
		*) echo "$line: $room may not include $target" ;;
		esac
	done
done

grep -Hn '#include <\(linux/pci\|linux/vfio\|linux/mdev\|net/\)' core/*.[ch] || true
