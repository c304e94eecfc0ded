package main

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"callcard/connector/ari"
	"callcard/pkg/cti"
)

// ariRecordings is the one directory that ARI gives files from
// (res/stasis_recording/stored.c; asterisk.conf, astspooldir).
const ariRecordings = "/var/spool/asterisk/recording/"

// remoteFiles gets recordings from PBXes whose disk is elsewhere.
type remoteFiles []*pbx

// Fetch opens a file that its PBX has in ARI's directory.
func (f remoteFiles) Fetch(ctx context.Context, r cti.Recording) (io.ReadCloser, error) {
	name, ok := strings.CutPrefix(path.Clean(r.Source), ariRecordings)
	if !ok {
		return nil, cti.ErrNotFound
	}
	for _, p := range f {
		if p.id != r.Leg.PBX || p.ari == nil {
			continue
		}
		body, _, err := p.ari.Recording(ctx, strings.TrimSuffix(name, path.Ext(name)))
		switch {
		case errors.Is(err, ari.ErrNotFound):
			return nil, cti.ErrNotFound
		case err != nil:
			return nil, &cti.UnavailableError{What: "ARI of " + p.id, Err: err}
		}
		return body, nil
	}
	return nil, cti.ErrNotFound
}
