package e2e

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

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
	keptAsLong(t, o, id, stored[0])
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

// cardData: the agent pauses while a card's number is said; the file holds silence there and sound around it.
func cardData(t *testing.T, o *office) {
	o.phone(t, "1001", asterisktest.Behaviour{Answer: true, Ring: second, Audio: true})
	o.onlyReady(t, "anna")
	call := o.ring(t, asterisktest.Caller{From: "79161110013", To: asterisktest.Support, TalkFor: 9 * second, Audio: true})
	anna := o.desk(t, "anna")
	id := anna.popped(t, "+79161110013").CallID
	if card := anna.able(t, id, cti.ActPauseRecording); card.Recording != cti.RecordingOn {
		t.Errorf("the card says recording %q of a recorded call", card.Recording)
	}
	<-time.After(2 * second) // the story is about how long things last
	path := "/api/v1/calls/" + url.PathEscape(string(id)) + "/recording/"
	anna.do(t, http.MethodPost, path+"pause", nil, nil)
	if card := anna.able(t, id, cti.ActResumeRecording); card.Recording != cti.RecordingPaused || o.admin.call(t, id).Recording != cti.RecordingPaused {
		t.Errorf("the card says recording %q of a silent one, want paused as in the call itself", card.Recording)
	}
	<-time.After(3 * second)
	anna.do(t, http.MethodPost, path+"resume", nil, nil)
	over(t, call)
	var found []cti.Recording
	within(t, "the recording is verified: the silence did not make it shorter", func(context.Context) bool {
		found = o.admin.call(t, id).Recordings
		return len(found) == 1 && found[0].State == cti.RecordingVerified
	})
	_, file := o.admin.ranged(t, "/api/v1/recordings/"+found[0].ID+"/audio", "bytes=44-")
	from, longest := longestSilence(file)
	const bytesPerSecond = 16000
	if longest < 2*bytesPerSecond || longest > 5*bytesPerSecond || from == 0 || from+longest >= len(file) {
		t.Errorf("the longest silence begins after %.1f s of %.1f s and lasts %.1f s, want about 3 s within",
			float64(from)/bytesPerSecond, float64(len(file))/bytesPerSecond, float64(longest)/bytesPerSecond)
	}
	rules := map[string]bool{}
	var trace list[cti.Decision]
	o.admin.do(t, http.MethodGet, "/api/v1/calls/"+url.PathEscape(string(id))+"/trace", nil, &trace)
	for _, d := range trace.Items {
		rules[d.Rule+" "+d.Agent] = true
	}
	if !rules["control.recording.pause anna"] || !rules["control.recording.resume anna"] {
		t.Errorf("the trace does not tell who paused and who went on: %v", rules)
	}
}

// longestSilence finds the longest run of bytes that are 0.
func longestSilence(sound []byte) (from, length int) {
	begin := 0
	for i, b := range sound {
		if b != 0 {
			begin = i + 1
		} else if i+1-begin > length {
			from, length = begin, i+1-begin
		}
	}
	return from, length
}
