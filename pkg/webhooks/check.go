package webhooks

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// Signing keys have 24 to 64 random bytes (Standard Webhooks 1.0.0).
const (
	secretPrefix = "whsec_"
	shortestKey  = 24
	longestKey   = 64
	generatedKey = 32
	longestURL   = 2048
)

// check names the first fault of an endpoint.
func check(w cti.Webhook) error {
	if err := checkURL(w.URL); err != nil {
		return err
	}
	if _, ok := formats()[w.Format]; !ok {
		return &cti.InvalidError{Field: "format", Got: string(w.Format), Want: "callcard, cloudevents, zammad-cti or sipgate"}
	}
	if len(w.Events) == 0 {
		return &cti.InvalidError{Field: "events", Got: "nothing", Want: `names of events, such as "call.ended", "call.*" or "*"`}
	}
	for _, pattern := range w.Events {
		if !slices.ContainsFunc(Types(), func(name string) bool { return wants(cti.Webhook{Events: []string{pattern}}, name) }) {
			return &cti.InvalidError{Field: "events", Got: pattern, Want: `an event, such as "call.ended", "call.*" or "*"`}
		}
	}
	for _, secret := range w.Secrets {
		if err := checkSecret(secret.Key.Reveal()); err != nil {
			return err
		}
	}
	_, err := security(w)
	return err
}

func checkURL(text string) error {
	const want = "an address such as https://crm.example.com/calls, without user and fragment"
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(text) > longestURL {
		shown := text
		if err == nil && u.User != nil {
			shown = u.Redacted()
		}
		return &cti.InvalidError{Field: "url", Got: shown, Want: want}
	}
	return nil
}

func checkSecret(text string) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, secretPrefix))
	if err != nil || !strings.HasPrefix(text, secretPrefix) || len(key) < shortestKey || len(key) > longestKey {
		return &cti.InvalidError{Field: "secret", Got: "***", Want: "whsec_ and 24 to 64 bytes in base64"}
	}
	return nil
}
