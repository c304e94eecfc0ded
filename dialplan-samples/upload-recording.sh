#!/bin/sh
# Sends a finished recording to callcard, for a PBX whose disk callcard cannot read. MixMonitor runs it when it has
# closed the file (extensions.conf, [record]):
#
#   upload-recording.sh UNIQUEID FILE
#
# It reads /etc/asterisk/callcard-upload.conf (or $CALLCARD_UPLOAD_CONF), which only Asterisk's user may read (chmod 600):
#
#   URL=https://callcard.example.com     # where callcard answers
#   TOKEN=…                              # of a user of the role service: callcard user token pbx
#   PBX=main                             # its id in callcard.yaml
#
# Sending the same file again is harmless, so failures are simply repeated: for about ten minutes here, and by hand later.
set -eu
. "${CALLCARD_UPLOAD_CONF:-/etc/asterisk/callcard-upload.conf}"

encode() { printf %s "$1" | sed 's/%/%25/g; s/ /%20/g; s/#/%23/g; s/&/%26/g; s/+/%2B/g; s/?/%3F/g'; }

send() {
	sum=$(sha256sum <"$2")
	# The token goes in by the standard input: arguments are seen by everybody on the machine.
	printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" |
		"${CURL:-curl}" -fsS --config - --globoff --retry 6 --retry-delay 10 --retry-connrefused --max-time 1800 \
			--header "X-Content-SHA256: ${sum%% *}" --upload-file "$2" --output /dev/null \
			"$URL/api/v1/recordings/upload?uniqueid=$(encode "$1")&name=$(encode "$2")&pbx=$(encode "${PBX:-}")"
}

# Each voice of a recording in stereo goes before the whole, with which the recording is made.
for side in client agent; do
	voice=${2%.*}-$side.${2##*.}
	[ ! -s "$voice" ] || send "$1" "$voice"
done
send "$1" "$2"
