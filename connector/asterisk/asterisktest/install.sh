#!/bin/sh
# Builds the root directory of one lab PBX: install.sh 22|16
#
# The root holds Asterisk and SIPp from Debian packages, made by debootstrap (which checks the archive's signature).
# Running it again is free: a finished root carries the stamp below; a half-built one never gets its final name.
set -eu

stamp=.callcard-lab-1 # raise the number when the package list changes: old roots are then built again

fail() { echo "asterisk lab: $*" >&2; exit 1; }

case "${1:-}" in
22) suite=forky script=sid want=22. ;;    # Debian testing: Asterisk 22.10
16) suite=bullseye script=bullseye want=16. ;; # Debian 11: Asterisk 16.28
*) fail "usage: install.sh 22|16" ;;
esac
lab="${CALLCARD_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/callcard/lab}"
root="$lab/$1"
[ -e "$root/$stamp" ] && exit 0
[ "$(id -u)" = 0 ] || fail "building $root needs root (debootstrap); run: sudo CALLCARD_LAB=$lab $0 $1"

mkdir -p "$lab"
exec 9>"$lab/.lock-$1"
command -v flock >/dev/null && flock 9 # two test binaries may ask at once
[ -e "$root/$stamp" ] && exit 0

if ! command -v debootstrap >/dev/null; then
	command -v apt-get >/dev/null || fail "debootstrap is not installed and this is no apt machine"
	apt-get install -y -q debootstrap >&2 || fail "apt-get install debootstrap failed; try: apt-get update"
fi
scripts=/usr/share/debootstrap/scripts
[ -e "$scripts/$suite" ] || script="$scripts/$script"
[ -e "$scripts/$suite" ] && script="$scripts/$suite"
[ -e "$script" ] || fail "debootstrap has no script for $suite"

# The mirror is the one this machine's apt already uses for the main Debian archive.
if [ -n "${CALLCARD_LAB_MIRROR:-}" ]; then
	mirrors=$CALLCARD_LAB_MIRROR
else
	command -v apt-get >/dev/null || fail "no apt configuration to take a mirror from; set CALLCARD_LAB_MIRROR"
	mirrors=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u | grep '/debian/*$' || true)
fi
[ -n "$mirrors" ] || fail "apt uses no Debian mirror; set CALLCARD_LAB_MIRROR to one that has $suite"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || apt-get install -y -q debian-archive-keyring >&2 || fail "debian-archive-keyring is missing"

part="$root.part.$$"
trap 'rm -rf --one-file-system "$part"' EXIT
trap 'exit 130' INT TERM
rm -rf --one-file-system "$root".part.*
for mirror in $mirrors; do
	echo "asterisk lab: building $root ($suite), about a minute" >&2
	rm -rf --one-file-system "$part"
	debootstrap --variant=minbase --keyring="$keyring" --include=asterisk,sip-tester,iproute2 \
		"$suite" "$part" "$mirror" "$script" >"$lab/$1.log" 2>&1 9>&- && break
	echo "asterisk lab: debootstrap of $suite failed: $(tail -n 3 "$lab/$1.log" | tr '\n' ' ')" >&2
done
got=$(chroot "$part" asterisk -V 2>/dev/null || true)
case "$got" in
"Asterisk $want"*) ;;
*) fail "the root has no Asterisk $want ('$got'); see $lab/$1.log" ;;
esac
chroot "$part" sh -c 'command -v sipp' >/dev/null || fail "the root has no sipp; see $lab/$1.log"
rm -rf "$part"/var/cache/apt/archives/*.deb
: >"$part/$stamp"
[ ! -e "$root" ] || mv "$root" "$root.part.old"
mv "$part" "$root"
rm -rf --one-file-system "$root".part.*
echo "asterisk lab: $got is ready in $root" >&2
