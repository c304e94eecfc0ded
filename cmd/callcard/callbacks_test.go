package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/callbacks"
	"callcard/pkg/config"
)

func TestAnEmptyConfigurationHasTheDefaultRules(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(callbacks.DefaultRules(), rulesOf(config.Default().Callbacks)); diff != "" {
		t.Errorf("(-rules +configuration):\n%s", diff)
	}
}

// TestHoursThatOverlapAreNamedWithTheirLine though each line by itself is right.
func TestHoursThatOverlapAreNamedWithTheirLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.yaml")
	text := "calendar:\n  weekly:\n    - mon-fri 09:00-18:00\n    - fri 17:00-19:00\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := loadConfig(path)
	const want = `c.yaml:4: calendar.weekly[1]: got "fri 17:00-19:00", want hours that do not overlap`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestNetworksAreReadWhereTheyAreObeyed: the guard of webhooks says what it understands, the configuration where it stands.
func TestNetworksAreReadWhereTheyAreObeyed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.yaml")
	text := "webhooks:\n  allow:\n    - 10.0.0.0/8\n    - 127.0.0.1:80\n    - '[fd00::/8]:443'\n    - 10.0.0.0\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := loadConfig(path)
	for _, want := range []string{`c.yaml:4: webhooks.allow[1]: got "127.0.0.1:80", want a network`, `c.yaml:6: webhooks.allow[3]: got "10.0.0.0", want a network`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err != nil && strings.Count(err.Error(), "webhooks.allow") != 2 {
		t.Errorf("more faults than two: %v", err)
	}
}
