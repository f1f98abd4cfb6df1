#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unpacks packages as they lie over the root, without documentation:
#
#	unpack-debs.sh DIR	DIR/debs/*.deb become DIR/layer
#
# None of their maintainer scripts runs.
set -eu
mkdir "$1/layer"
for deb in "$1"/debs/*.deb; do
	dpkg-deb --fsys-tarfile "$deb" |
		tar -x --keep-directory-symlink -C "$1/layer" --exclude=./usr/share
done
rm -r "$1/debs"
