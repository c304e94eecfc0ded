package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	"callcard/pkg/cti"
)

// client is a logged-in user of the API.
type client struct {
	base, token string
}

func (d *daemon) url() string { return "http://" + d.listen }

func (d *daemon) awaitReady(t *testing.T) {
	t.Helper()
	within(t, "the daemon is ready", func(ctx context.Context) bool {
		status, _, err := request(ctx, http.MethodGet, d.url()+"/readyz", "", nil)
		return err == nil && status == http.StatusOK
	})
}

func (d *daemon) login(t *testing.T, name string) *client {
	t.Helper()
	c := &client{base: d.url()}
	var answer struct{ Token string }
	c.do(t, http.MethodPost, "/api/v1/login", map[string]string{"username": name, "password": password}, &answer)
	c.token = answer.Token
	return c
}

// do makes a request that must succeed.
func (c *client) do(t *testing.T, method, path string, body, answer any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	status, text, err := request(ctx, method, c.base+path, c.token, body)
	if err != nil || status/100 != 2 {
		t.Fatalf("%s %s: status %d, error %v: %s", method, path, status, err, text)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(text, answer); err != nil {
		t.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
}

func request(ctx context.Context, method, address, token string, body any) (int, []byte, error) {
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, fmt.Errorf("encode the body: %w", err)
		}
		payload = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, payload)
	if err != nil {
		return 0, nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, text, err
}

type list[T any] struct {
	Items []T `json:"items"`
}

func (c *client) addContact(t *testing.T, name string, phones ...string) cti.Contact {
	t.Helper()
	var contact cti.Contact
	c.do(t, http.MethodPost, "/api/v1/contacts", map[string]any{"name": name, "phones": phones}, &contact)
	return contact
}

func (c *client) call(t *testing.T, id cti.CallID) cti.CallRecord {
	t.Helper()
	var record cti.CallRecord
	c.do(t, http.MethodGet, "/api/v1/calls/"+url.PathEscape(string(id)), nil, &record)
	return record
}

// ended waits until the archive has the call's end.
func (c *client) ended(t *testing.T, id cti.CallID) cti.CallRecord {
	t.Helper()
	var record cti.CallRecord
	within(t, "the call is archived", func(context.Context) bool {
		record = c.call(t, id)
		return !record.Ended.IsZero()
	})
	return record
}

func (c *client) callsOf(t *testing.T, number string) []cti.CallRecord {
	t.Helper()
	var calls list[cti.CallRecord]
	c.do(t, http.MethodGet, "/api/v1/calls?number="+url.QueryEscape(number), nil, &calls)
	return calls.Items
}

func (c *client) openCallbacks(t *testing.T, number string) []cti.Callback {
	t.Helper()
	var all list[cti.Callback]
	c.do(t, http.MethodGet, "/api/v1/callbacks?state=open", nil, &all)
	var of []cti.Callback
	for _, callback := range all.Items {
		if callback.Client.Number == number {
			of = append(of, callback)
		}
	}
	return of
}

func (c *client) choose(t *testing.T, id cti.CallID, contact string) {
	t.Helper()
	c.do(t, http.MethodPost, "/api/v1/calls/"+url.PathEscape(string(id))+"/contact",
		map[string]string{"contact_id": contact}, nil)
}
