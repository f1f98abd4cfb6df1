#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The long run: as run.sh, in the build root, and what was learnt is kept in
# the cache for the next time.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../vm/lib.sh"
: "${FUZZ:=*}" "${FUZZ_SECONDS:=600}" "${FUZZ_SEED:=0}"

"$VM_DIR/host-deps.sh"
mkdir -p "$VM_CACHE/build/fuzz"
log "what is found goes to $VM_CACHE/build/fuzz/found"
"$VM_DIR/enter.sh" -l fuzz -b "$(cd "$HERE/../../.." && pwd):/src:ro" \
	-b "$VM_CACHE/build/fuzz:/out" env FUZZ="$FUZZ" FUZZ_SECONDS="$FUZZ_SECONDS" \
	FUZZ_SEED="$FUZZ_SEED" /src/tools/testing/fuzz/run.sh /out
