package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"callcard/pkg/config"
)

func TestSecretsPrintStars(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Redis.URL = "redis://:hunter2@h:1/0"
	cfg.PBX = []config.PBX{{AMI: config.AMI{Secret: "hunter2"}, ARI: config.ARI{Password: "hunter2"}}}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", cfg.PBX[0].AMI.Secret, "url", cfg.Redis.URL, "all", cfg)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", cfg.PBX[0].AMI.Secret, "url", cfg.Redis.URL, "all", cfg)
	asJSON, _ := json.Marshal(cfg)
	asYAML, _ := yaml.Marshal(cfg)
	printed := log.String() + string(asJSON) + string(asYAML)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, cfg) + fmt.Sprintf(verb, cfg.PBX[0].AMI.Secret)
	}
	if strings.Contains(printed, "hunter2") || strings.Contains(printed, fmt.Sprintf("%x", "hunter2")) {
		t.Errorf("a secret was printed:\n%s", printed)
	}
	if cfg.PBX[0].AMI.Secret.Reveal() != "hunter2" {
		t.Error("Reveal does not")
	}
}

func TestPasswordsOfAddressesAreHidden(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"embedded":                            "embedded",
		"sqlite:data/me@home.db":              "sqlite:data/me@home.db",
		"redis://:hunter2@h:1/0":              "redis://:xxxxx@h:1/0",
		"redis//:hunter2@h":                   "****",
		"redis://:hun ter2@h":                 "****",
		"postgres://u@h/d?password=hunter2":   "postgres://u@h/d?password=xxxxx",
		"postgres://u:hunter2@h/d?sslmode=on": "postgres://u:xxxxx@h/d?sslmode=on",
		"redis+sentinel://h?master_name=m&sentinel_password=hunter2": "redis+sentinel://h?master_name=m&sentinel_password=xxxxx",
		"postgres://h/d?password=hunter2;x":                          "****",
	} {
		if got := config.URL(text).String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestSecretsInTheWrongPlaceAreHidden(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"redis: redis://:hunter2@h:6379/0", "store: postgres://u:hunter2@h/d", "redis: {url: 'redis//:hunter2@h'}",
		"pbx: [{ami: callcard hunter2}]", "pbx: [{ami: {secret hunter2}}]", "pbx: [{ami: {secret: [hunter2]}}]",
		"pbx: [{ami: {secret: {hunter2: x}}}]", "pbx: [{ari: {password: *hunter2}}]", "pbx: [{control: hunter2}]",
	} {
		if _, err := config.Parse("c.yaml", []byte(text), nil); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want a fault that does not tell the password", text, err)
		}
	}
}
