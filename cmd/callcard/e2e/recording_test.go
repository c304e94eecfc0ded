package e2e

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

func recordingPlays(t *testing.T, o *office) {
	const number = "+79161110011"
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second, Audio: true})
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "79161110011", To: asterisktest.Support, TalkFor: 5 * second, Audio: true})
	id := o.desk(t, "anna").popped(t, number).CallID
	over(t, call)

	var stored []cti.Recording
	within(t, "the recording is stored", func(context.Context) bool {
		stored = o.admin.call(t, id).Recordings
		return len(stored) > 0 && stored[0].State == cti.RecordingVerified
	})
	if len(stored) != 1 || stored[0].Seconds < 2 || stored[0].Seconds > 6 {
		t.Fatalf("recordings %+v, want one of about the 4 s of talk", stored)
	}
	path := "/api/v1/recordings/" + stored[0].ID + "/audio"
	status, head := o.desk(t, "anna").ranged(t, path, "bytes=0-11")
	if status != http.StatusPartialContent || !bytes.HasPrefix(head, []byte("RIFF")) || !bytes.HasSuffix(head, []byte("WAVE")) {
		t.Errorf("the first 12 bytes: status %d, %q, want 206 and a WAV header", status, head)
	}
	if status, _ := o.desk(t, "boris").ranged(t, path, "bytes=0-11"); status != http.StatusForbidden && status != http.StatusNotFound {
		t.Errorf("boris, who had no part in it, gets status %d", status)
	}
}

func (c *client) ranged(t *testing.T, path, span string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Range", span)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body
}
