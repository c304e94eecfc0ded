package api_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func TestWhoSavesRecordings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(t, "anna", "GET", "/api/v1/recordings/r1/audio?download=1", "").want(403)
	if len(o.heard) > 0 {
		t.Errorf("refused, and yet written down: %v", o.heard)
	}
	o.ask(t, "anna", "GET", "/api/v1/recordings/r1/audio", "").want(200)
	file := o.ask(t, "olga", "GET", "/api/v1/recordings/r1/audio?download=1", "").want(200)
	if got := file.Header().Get("Content-Disposition"); got != `attachment; filename="r1.wav"` {
		t.Errorf("disposition %q", got)
	}
	var who []string
	for _, a := range o.heard {
		who = append(who, string(a.User)+" "+a.What+" "+a.RecordingID)
	}
	if diff := cmp.Diff([]string{"anna play r1", "olga download r1"}, who); diff != "" {
		t.Error(diff)
	}
	o.ask(t, "anna", "GET", "/api/v1/recordings/r1/access", "").want(403)
	if items := o.ask(t, "olga", "GET", "/api/v1/recordings/r1/access", "").want(200).json()["items"].([]any); len(items) != 2 {
		t.Errorf("got %v, want two accesses", items)
	}
	o.ask(t, "olga", "GET", "/api/v1/recordings/none/access", "").want(404)
}

func TestWhatCannotBeWrittenDownIsNotPlayed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.err = errors.New("the disk is full")
	if a := o.ask(t, "anna", "GET", "/api/v1/recordings/r1/audio", "").want(500); a.Header().Get("Content-Type") == "audio/wav" {
		t.Error("it was played")
	}
}

func TestPeaksAreForWhoMayListen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	got := o.ask(t, "anna", "GET", "/api/v1/recordings/r1/peaks", "").want(200).json()
	if diff := cmp.Diff([]any{0.0, 100.0}, got["peaks"]); diff != "" || got["seconds"] != 1.5 {
		t.Errorf("got %v", got)
	}
	o.ask(t, "boris", "GET", "/api/v1/recordings/r1/peaks", "").want(403)
	o.ask(t, "anna", "GET", "/api/v1/recordings/late/peaks", "").want(404)
}

func TestRecordingsAreListedForTheirAudience(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	got := o.ask(t, "olga", "GET", "/api/v1/recordings?q=ivan&agent=boris&queue=sales&state=missing&from=2026-11-22T09:00:00Z&limit=7&cursor=x", "").want(200).json()
	if got["next_cursor"] != "next" || got["items"] == nil {
		t.Errorf("got %v", got)
	}
	want := cti.RecordingFilter{State: cti.RecordingMissing, Calls: cti.CallFilter{Query: "ivan", Agent: "boris", Queue: "sales", From: morning, Limit: 7, Cursor: "x"}}
	want.Calls.From = o.sought.Calls.From
	if diff := cmp.Diff(want, o.sought); diff != "" || o.sought.Calls.From.Hour() != 9 {
		t.Error(diff)
	}
	o.ask(t, "anna", "GET", "/api/v1/recordings", "").want(200)
	if o.sought.Calls.User != "anna" {
		t.Errorf("anna sees recordings of %q", o.sought.Calls.User)
	}
	o.ask(t, "anna", "GET", "/api/v1/recordings?agent=boris", "").want(403)
	o.ask(t, "olga", "GET", "/api/v1/recordings?state=lost", "").want(422)
}

func TestUpload(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	big := strings.Repeat("x", 100<<10) // more than other bodies may have
	const path = "/api/v1/recordings/upload?uniqueid=1.7&name=/a/b%20c.wav"
	o.ask(t, "anna", "PUT", path, big).want(403)
	o.ask(t, "olga", "PUT", path, big).want(403)
	o.ask(t, "crm", "PUT", "/api/v1/recordings/upload?uniqueid=1.7", big).want(422)
	if got := o.ask(t, "crm", "PUT", path+"&pbx=main", big).want(200).json(); got["id"] != "r9" {
		t.Errorf("got %v", got)
	}
	if diff := cmp.Diff([]string{"main:1.7 /a/b c.wav  " + big}, o.uploaded); diff != "" {
		t.Error(diff)
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(t, "anna", "PUT", "/api/v1/recordings/r1/hold", `{"reason":"court"}`).want(403)
	o.ask(t, "anna", "DELETE", "/api/v1/recordings/r1/hold", "").want(403)
	o.ask(t, "olga", "PUT", "/api/v1/recordings/none/hold", `{"reason":"court"}`).want(404)
	o.ask(t, "olga", "PUT", "/api/v1/recordings/late/hold", `{"reason":"court"}`).want(409)
	o.ask(t, "olga", "PUT", "/api/v1/recordings/r1/hold", `{"reason":" "}`).want(422)
	o.ask(t, "olga", "PUT", "/api/v1/recordings/r1/hold", `{"reason":" court "}`).want(200)
	o.ask(t, "olga", "DELETE", "/api/v1/recordings/r1/hold", "").want(200)
	if len(o.holds) != 2 || !strings.HasPrefix(o.holds[0], "olga holds ") || !strings.HasSuffix(o.holds[0], ": court") || !strings.HasPrefix(o.holds[1], "olga releases ") {
		t.Errorf("got %q", o.holds)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(t, "olga", "POST", "/api/v1/recordings/prune", `{"dry_run":true}`).want(403)
	got := o.ask(t, "admin", "POST", "/api/v1/recordings/prune", `{"dry_run":true,"limit":7}`).want(200).json()
	if got["dry_run"] != true || got["count"] != 7.0 || got["items"] == nil {
		t.Errorf("got %v", got)
	}
	o.ask(t, "admin", "POST", "/api/v1/recordings/prune", `{"dry_run":true,"limit":1001}`).want(422)
}
