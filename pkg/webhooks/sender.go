package webhooks

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"callcard/pkg/cti"
)

const (
	tryTimeout   = 15 * time.Second
	keptResponse = 2 << 10 // of an answer, for the list of deliveries
	longestPause = 24 * time.Hour
)

// Result is what an endpoint made of a message.
type Result struct {
	Status     int
	Error      string // "" when it was taken
	Response   string
	Gone       bool // 410: it wants no messages any more
	Refused    bool // this one never: too large, or not its language
	RetryAfter time.Duration
}

// client is an endpoint with its own connections.
type client struct {
	hook   cti.Webhook
	format format
	http   *http.Client
	now    func() time.Time
}

func newClient(hook cti.Webhook, guard *Guard, now func() time.Time) (*client, error) {
	security, err := security(hook)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: tryTimeout, Control: guard.control(strings.HasPrefix(hook.URL, "https:"))}
	return &client{hook: hook, format: formats()[hook.Format], now: now, http: &http.Client{
		Timeout: tryTimeout,
		// A redirect is no success and is not followed (Standard Webhooks 1.0.0).
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: security, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, DisableCompression: true, MaxResponseHeaderBytes: 64 << 10,
		},
	}}, nil
}

func security(hook cti.Webhook) (*tls.Config, error) {
	security := &tls.Config{MinVersion: tls.VersionTLS12}
	if hook.CA != "" {
		security.RootCAs = x509.NewCertPool()
		if !security.RootCAs.AppendCertsFromPEM([]byte(hook.CA)) {
			return nil, &cti.InvalidError{Field: "ca", Got: "no certificate", Want: "certificates in PEM"}
		}
	}
	if hook.Certificate != "" {
		pair, err := tls.X509KeyPair([]byte(hook.Certificate), []byte(hook.Key.Reveal()))
		if err != nil {
			return nil, &cti.InvalidError{Field: "certificate", Got: err.Error(), Want: "a certificate and its key in PEM"}
		}
		security.Certificates = []tls.Certificate{pair}
	}
	return security, nil
}

// send makes one try.
func (c *client) send(ctx context.Context, id string, body []byte) Result {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.hook.URL, bytes.NewReader(body))
	if err != nil {
		return Result{Error: err.Error()}
	}
	request.Header.Set("Content-Type", c.format.contentType)
	request.Header.Set("User-Agent", "callcard")
	if err := c.sign(request.Header, id, body); err != nil {
		return Result{Error: err.Error()}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return Result{Error: unwrapURL(err)}
	}
	defer response.Body.Close()
	return c.judge(response)
}

// unwrapURL leaves the URL out of the text: it may hold a token.
func unwrapURL(err error) string {
	var of interface{ Unwrap() error }
	if errors.As(err, &of) && of.Unwrap() != nil {
		return of.Unwrap().Error()
	}
	return err.Error()
}

// sign adds the headers of Standard Webhooks with every secret that holds now.
func (c *client) sign(header http.Header, id string, body []byte) error {
	at, signatures := c.now(), []string{}
	for _, secret := range c.hook.Secrets {
		if !secret.Until.IsZero() && secret.Until.Before(at) {
			continue
		}
		key, err := standardwebhooks.NewWebhook(secret.Key.Reveal())
		if err != nil {
			return fmt.Errorf("sign: %w", err)
		}
		signature, err := key.Sign(id, at, body)
		if err != nil {
			return fmt.Errorf("sign: %w", err)
		}
		signatures = append(signatures, signature)
	}
	header.Set(standardwebhooks.HeaderWebhookID, id)
	header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	if len(signatures) > 0 {
		header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	}
	return nil
}

func (c *client) judge(response *http.Response) Result {
	text, _ := io.ReadAll(io.LimitReader(response.Body, keptResponse)) // what came is what is kept
	r := Result{Status: response.StatusCode, Response: strings.ToValidUTF8(string(text), "�")}
	if r.Status/100 == 2 {
		return r
	}
	r.Error = response.Status
	r.Gone = r.Status == http.StatusGone
	r.Refused = r.Status == http.StatusRequestEntityTooLarge || r.Status == http.StatusUnsupportedMediaType
	r.RetryAfter = c.retryAfter(response.Header.Get("Retry-After"))
	return r
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3), at most a day.
func (c *client) retryAfter(text string) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(c.now())
	}
	return min(max(wait, 0), longestPause)
}

func (c *client) close() { c.http.CloseIdleConnections() }
