package asterisk_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"callcard/connector/ari"
	"callcard/connector/asterisk/asterisktest"
)

func testARI(t *testing.T, pbx *asterisktest.PBX, version string) {
	t.Helper()
	options := ari.Options{URL: "http://" + pbx.ARIAddr + "/ari", Username: pbx.ARI.User, Password: ari.Secret(pbx.ARI.Secret)}
	c, err := ari.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if got, err := c.Version(t.Context()); err != nil || got != version {
		t.Errorf("version: got %q, %v, want %q as AMI says", got, err, version)
	}
	if got, err := c.Endpoint(t.Context(), "PJSIP/1002"); err != nil || got.Device != "PJSIP/1002" || got.State == "" {
		t.Errorf("endpoint: got %+v, %v", got, err)
	}
	if _, err := c.Endpoint(t.Context(), "PJSIP/nobody"); !errors.Is(err, ari.ErrNotFound) {
		t.Errorf("unknown endpoint: got %v", err)
	}
	if got, err := c.Endpoints(t.Context()); err != nil || !slices.Contains(got, "PJSIP/1001") {
		t.Errorf("endpoints: got %v, %v", got, err)
	}
	testARIRecording(t, c, filepath.Join(filepath.Dir(pbx.RecordingsDir), "recording"))
	testARIEvents(t, c, pbx)
	options.Password = "wrong"
	if c, err = ari.New(options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if _, err := c.Version(t.Context()); !errors.Is(err, ari.ErrAuth) {
		t.Errorf("wrong password: got %v", err)
	}
}

func testARIRecording(t *testing.T, c *ari.Client, dir string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "2026"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "2026", "call-1.wav"), []byte("RIFF of a call"), 0o644); err != nil {
		t.Fatal(err)
	}
	body, _, err := c.Recording(t.Context(), "2026/call-1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = body.Close() }()
	if data, err := io.ReadAll(body); err != nil || string(data) != "RIFF of a call" {
		t.Errorf("recording: got %q, %v", data, err)
	}
	if _, _, err := c.Recording(t.Context(), "2026/call-2"); !errors.Is(err, ari.ErrNotFound) {
		t.Errorf("no such recording: got %v", err)
	}
}

func testARIEvents(t *testing.T, c *ari.Client, pbx *asterisktest.PBX) {
	t.Helper()
	stream, err := c.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	// a device state of our own making: Custom devices change by a global function
	if _, err := pbx.Witness.Do("Setvar", "Variable", "DEVICE_STATE(Custom:test)", "Value", "INUSE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if event, err := stream.Next(ctx); err != nil || event.GetType() == "" {
		t.Errorf("event: got %v, %v", event, err)
	}
}
