package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// Secret is a password. Every way of printing it gives stars; Reveal is the only
// way to the text.
type Secret string

// Reveal returns the text for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "****"
}

// Format serves every verb, %x and %#v included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText serves JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// URL is an address that may hold a password, which printing hides.
type URL string

// Reveal returns the whole address for the one place that dials it.
func (u URL) Reveal() string { return string(u) }

// Scheme tells what kind of address it is.
func (u URL) Scheme() string {
	scheme, _, _ := strings.Cut(string(u), ":")
	return strings.ToLower(scheme)
}

func (u URL) String() string {
	if strings.HasPrefix(string(u), "sqlite:") {
		return string(u)
	}
	parsed, err := url.Parse(string(u))
	if err != nil || parsed.User == nil && strings.Contains(string(u), "@") {
		return "****" // a password may well be what makes it unreadable
	}
	query, err := url.ParseQuery(parsed.RawQuery)
	if err != nil {
		return "****"
	}
	hidden := false
	for key, values := range query { // password=, sslpassword=, sentinel_password=
		if strings.Contains(strings.ToLower(key), "password") {
			hidden, values[0] = true, "xxxxx"
			query[key] = values[:1]
		}
	}
	if hidden {
		parsed.RawQuery = query.Encode()
	}
	return parsed.Redacted()
}

// Format serves every verb, %x and %#v included.
func (u URL) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, u.String()) }

// LogValue implements slog.LogValuer.
func (u URL) LogValue() slog.Value { return slog.StringValue(u.String()) }

// MarshalText serves JSON and YAML.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }
