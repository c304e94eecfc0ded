package cti

import (
	"log/slog"
	"time"
)

// WebhookFormat is the shape of a message's body.
type WebhookFormat string

const (
	FormatCallcard    WebhookFormat = "callcard"    // Standard Webhooks 1.0.0
	FormatCloudEvents WebhookFormat = "cloudevents" // CloudEvents 1.0, structured JSON
	FormatZammad      WebhookFormat = "zammad-cti"  // Zammad's generic CTI push
	FormatSipgate     WebhookFormat = "sipgate"     // sipgate.io push API
)

// Webhook is an endpoint that is told what happens.
type Webhook struct {
	ID          string        `json:"id"`
	URL         string        `json:"url"`
	Format      WebhookFormat `json:"format"`
	Events      []string      `json:"events"` // "call.ended", "call.*", "*"
	Description string        `json:"description,omitempty"`
	Enabled     bool          `json:"enabled"`
	Disabled    string        `json:"disabled,omitempty"` // why it was switched off by itself
	Created     time.Time     `json:"created,omitzero"`
	Fixed       bool          `json:"fixed"` // from the configuration: the API cannot change it
	// Secrets sign each message, the newest first; after a rotation two do for a while.
	Secrets []WebhookSecret `json:"secrets,omitempty"`
	CA      string          `json:"ca,omitempty"` // PEM; "" = the system's authorities
	// Certificate and Key (PEM) are shown to a receiver that asks who calls (mTLS).
	Certificate string `json:"certificate,omitempty"`
	Key         Hidden `json:"key,omitempty"`
}

// WebhookSecret is a signing key in its text form, "whsec_…".
type WebhookSecret struct {
	Key   Hidden    `json:"key"`
	Until time.Time `json:"until,omitzero"` // of a replaced one
}

// Hidden is a secret text. It prints as stars and is written in full to the store only.
type Hidden string

const stars = "***"

func (Hidden) String() string       { return stars }
func (Hidden) GoString() string     { return stars }
func (Hidden) LogValue() slog.Value { return slog.StringValue(stars) }

// Reveal gives the secret itself.
func (h Hidden) Reveal() string { return string(h) }
