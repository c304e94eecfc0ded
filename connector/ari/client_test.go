package ari

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/CyCoreSystems/ari/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// idle connections of http.DefaultTransport, which the library uses
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

const info = `{"build":{},"system":{"version":"22.10.1","entity_id":"00:11"},"config":{},"status":{}}`

// pbx answers like Asterisk: 401 without the right login, JSON errors.
func pbx(t *testing.T, handle func(http.ResponseWriter, *http.Request)) *Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "callcard" || password != "s3cret" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"message":"Authentication required"}`)
			return
		}
		handle(w, r)
	}))
	t.Cleanup(srv.Close)
	return client(t, srv.URL+"/ari", "s3cret")
}

func client(t *testing.T, url string, password Secret) *Client {
	t.Helper()
	c, err := New(Options{URL: url, Username: "callcard", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestVersion(t *testing.T) {
	t.Parallel()
	c := pbx(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ari/asterisk/info" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, info)
	})
	if got, err := c.Version(t.Context()); err != nil || got != "22.10.1" {
		t.Errorf("got %q, %v", got, err)
	}
	wrong := client(t, c.opts.URL, "other")
	if _, err := wrong.Version(t.Context()); !errors.Is(err, ErrAuth) || strings.Contains(err.Error(), "other") {
		t.Errorf("wrong password: got %v", err)
	}
	gone := client(t, "http://127.0.0.1:1/ari", "s3cret")
	if _, err := gone.Version(t.Context()); err == nil {
		t.Error("nobody listens, and it answered")
	}
}

func TestStalledPBXHoldsNobody(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	c := pbx(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	for range slots + 2 { // more than may run at a time
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := c.Version(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		cancel()
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	c := pbx(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ari/endpoints":
			_, _ = io.WriteString(w, `[{"technology":"PJSIP","resource":"1001","state":"online","channel_ids":[]}]`)
		case "/ari/endpoints/PJSIP/1001":
			_, _ = io.WriteString(w, `{"technology":"PJSIP","resource":"1001","state":"online","channel_ids":["1.1"]}`)
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"message":"Endpoint not found"}`)
		}
	})
	got, err := c.Endpoint(t.Context(), "PJSIP/1001")
	if diff := cmp.Diff(Endpoint{Device: "PJSIP/1001", State: "online", Channels: []string{"1.1"}}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	list, err := c.Endpoints(t.Context())
	if diff := cmp.Diff([]string{"PJSIP/1001"}, list); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := c.Endpoint(t.Context(), "PJSIP/9999"); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown endpoint: got %v", err)
	}
	for _, bad := range []string{"", "1001", "PJSIP/", "PJSIP/../asterisk/info", "PJSIP/1?x=y"} {
		if _, err := c.Endpoint(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "device") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestRecording(t *testing.T) {
	t.Parallel()
	c := pbx(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() != "/ari/recordings/stored/2026%2F11%2Fcall 1/file" && r.URL.EscapedPath() != "/ari/recordings/stored/2026%2F11%2Fcall%201/file" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, "RIFF....")
	})
	body, size, err := c.Recording(t.Context(), "2026/11/call 1")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(body)
	if string(data) != "RIFF...." || size != 8 || err != nil {
		t.Errorf("got %q, %d, %v", data, size, err)
	}
	_ = body.Close()
	if _, _, err := c.Recording(t.Context(), "gone"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{"", "../secret", "a/../../b", "/abs", "a//b", "a\\b"} {
		if _, _, err := c.Recording(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "below the recordings") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

// The answer is that of Asterisk 16 and 22 (stored_recordings_to_json in res_ari_recordings.c).
func TestRecordings(t *testing.T) {
	t.Parallel()
	answer := `[{"name":"2026/11/22/pbx-1795350559.7","format":"wav"},{"name":"hello","format":"WAV"}]`
	c := pbx(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ari/recordings/stored" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, answer)
	})
	for text, want := range map[string][]string{answer: {"2026/11/22/pbx-1795350559.7.wav", "hello.WAV"}, "[]": {}} {
		answer = text
		if got, err := c.Recordings(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	answer = "<html>"
	if _, err := c.Recordings(t.Context()); err == nil {
		t.Error("a page is no list")
	}
}

func TestNewNamesFaults(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{}, {URL: "pbx:8088", Username: "u", Password: "p"}, {URL: "http://pbx/ari"}, {URL: "http://pbx/ari", Username: "u"},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), "ari.") {
			t.Errorf("%+v: got %v", o, err)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v", Secret("x1"), Options{Password: "x1"}, Options{Password: "x1"}); strings.Contains(s, "x1") {
		t.Errorf("secret shown: %s", s)
	}
}

// events is a server that sends messages and then waits for the client to leave.
func events(t *testing.T, messages func(send func(string))) *Client {
	t.Helper()
	t.Helper()
	return pbx(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ari/events" || r.URL.Query().Get("app") != "callcard" || r.URL.Query().Get("subscribeAll") != "true" {
			t.Errorf("got %s", r.URL)
		}
		up := websocket.Upgrader{}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		messages(func(text string) { _ = conn.WriteMessage(websocket.TextMessage, []byte(text)) })
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
	})
}

func state(device string) string {
	return `{"type":"DeviceStateChanged","application":"callcard","timestamp":"2026-11-22T04:59:41.642+0000","device_state":{"name":"` + device + `","state":"INUSE"}}`
}

func TestEventsInOrderWithoutLoss(t *testing.T) {
	t.Parallel()
	const n = 5000 // fifty times what the library's bus holds
	c := events(t, func(send func(string)) {
		send(`{"type":"FromTheFuture","x":1}`)
		send(`no json`)
		for i := range n {
			send(state(fmt.Sprintf("PJSIP/%d", i)))
		}
	})
	s, err := c.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		e, err := s.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := e.(*ari.DeviceStateChanged); !ok || d.DeviceState.Name != fmt.Sprintf("PJSIP/%d", i) {
			t.Fatalf("event %d: got %+v", i, e)
		}
	}
	if s.Unknown() != 2 {
		t.Errorf("unknown: got %d", s.Unknown())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_ = s.Close()
	if _, err := s.Next(t.Context()); err == nil {
		t.Error("the closed stream goes on")
	}
}

func TestEventsOverflow(t *testing.T) {
	t.Parallel()
	c := events(t, func(send func(string)) {
		for i := range 5 {
			send(state(fmt.Sprintf("PJSIP/%d", i)))
		}
	})
	c.opts.EventLimit = 3
	s, err := c.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.stop.Wait()
	for range 3 {
		if _, err := s.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Next(t.Context()); !errors.Is(err, ErrOverflow) {
		t.Errorf("got %v", err)
	}
	_ = s.Close()
}

func TestEventsWrongPassword(t *testing.T) {
	t.Parallel()
	c := pbx(t, func(http.ResponseWriter, *http.Request) {})
	c.opts.Password = "other"
	if _, err := c.Events(t.Context()); !errors.Is(err, ErrAuth) {
		t.Errorf("got %v", err)
	}
}
