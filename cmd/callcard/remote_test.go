package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"callcard/connector/ari"
	"callcard/pkg/cti"
)

func TestRemoteFilesComeFromTheRightPBX(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ari/recordings/stored/2026/call-1/file", "/ari/recordings/stored/2026%2Fcall-1/file":
			_, _ = io.WriteString(w, "RIFF")
		default:
			http.Error(w, `{"message":"Recording not found"}`, http.StatusNotFound)
		}
	}))
	defer server.Close()
	client, err := ari.New(ari.Options{URL: server.URL + "/ari", Username: "u", Password: "p"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	files := remoteFiles{{id: "plain"}, {id: "main", ari: client}}
	for _, c := range []struct {
		pbx, source string
		found       bool
	}{
		{"main", "/var/spool/asterisk/recording/2026/call-1.wav", true},
		{"main", "/var/spool/asterisk/recording/2026/call-2.wav", false},
		{"main", "/var/spool/asterisk/monitor/2026/call-1.wav", false},
		{"main", "/var/spool/asterisk/recording/../../../etc/passwd", false},
		{"plain", "/var/spool/asterisk/recording/2026/call-1.wav", false},
		{"other", "/var/spool/asterisk/recording/2026/call-1.wav", false},
	} {
		body, err := files.Fetch(t.Context(), cti.Recording{Leg: cti.LegID{PBX: c.pbx}, Source: c.source})
		if !c.found {
			if !errors.Is(err, cti.ErrNotFound) {
				t.Errorf("%s on %s: got %v, want ErrNotFound", c.source, c.pbx, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s on %s: %v", c.source, c.pbx, err)
			continue
		}
		if text, err := io.ReadAll(body); string(text) != "RIFF" || err != nil {
			t.Errorf("got %q, %v", text, err)
		}
		body.Close()
	}
}
