package ari

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// mostListed bounds an answer that lists recordings: a million files or so.
const mostListed = 128 << 20

// Recordings lists the stored recordings, as the names of their files below
// /var/spool/asterisk/recording. Asterisk reads all folders for that.
func (c *Client) Recordings(ctx context.Context) ([]string, error) {
	body, _, err := c.get(ctx, "/recordings/stored")
	if err != nil {
		return nil, fmt.Errorf("list recordings: %w", err)
	}
	defer body.Close()
	var stored []struct{ Name, Format string }
	if err := json.NewDecoder(io.LimitReader(body, mostListed)).Decode(&stored); err != nil {
		return nil, fmt.Errorf("list recordings: %w", err)
	}
	names := make([]string, len(stored))
	for i, one := range stored {
		names[i] = one.Name + "." + one.Format
	}
	return names, nil
}

// Recording opens the file of a stored recording. The name is that under
// /var/spool/asterisk/recording without the extension; it may hold slashes. The
// caller closes it; ctx bounds the whole download.
func (c *Client) Recording(ctx context.Context, name string) (body io.ReadCloser, size int64, err error) {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, "\\\x00\r\n") {
			return nil, 0, fmt.Errorf("recording: got %q, want a name below the recordings directory", name)
		}
	}
	// One path segment: Asterisk splits the path first and decodes each part
	// (res/res_ari.c, ast_ari_invoke).
	body, size, err = c.get(ctx, "/recordings/stored/"+url.PathEscape(name)+"/file")
	if err != nil {
		return nil, 0, fmt.Errorf("download recording %q: %w", name, err)
	}
	return body, size, nil
}

// get asks without the library, which reads whole answers and knows no context.
func (c *Client) get(ctx context.Context, path string) (body io.ReadCloser, size int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+path, nil)
	if err != nil {
		return nil, 0, err
	}
	req.SetBasicAuth(c.opts.Username, string(c.opts.Password))
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, 0, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, 0, statusError(resp.StatusCode, errors.New(resp.Status))
	}
	return resp.Body, resp.ContentLength, nil
}
