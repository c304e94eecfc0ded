package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"callcard/connector/ari"
	"callcard/pkg/cti"
)

// ariRecordings is the one directory that ARI gives files from, unless astspooldir of
// asterisk.conf says otherwise (res/stasis_recording/stored.c).
const ariRecordings = "/var/spool/asterisk/recording"

// remoteFiles gets recordings from PBXes whose disk is elsewhere.
type remoteFiles []*pbx

// Fetch opens a file that its PBX has in ARI's directory.
func (f remoteFiles) Fetch(ctx context.Context, r cti.Recording) (io.ReadCloser, error) {
	for _, p := range f {
		if p.id != r.Leg.PBX || p.ari == nil {
			continue
		}
		below := cmp.Or(p.ariRecordings, ariRecordings)
		name, ok := strings.CutPrefix(path.Clean(r.Source), path.Clean(below)+"/")
		if !ok {
			return nil, fmt.Errorf("ARI of %s gives files from %s only, and MixMonitor writes to %s: %w", p.id, below, path.Dir(r.Source), cti.ErrNotFound)
		}
		body, _, err := p.ari.Recording(ctx, strings.TrimSuffix(name, path.Ext(name)))
		switch {
		case errors.Is(err, ari.ErrNotFound):
			return nil, fmt.Errorf("ARI of %s: %s: %w", p.id, name, cti.ErrNotFound)
		case err != nil:
			return nil, &cti.UnavailableError{What: "ARI of " + p.id, Err: err}
		}
		return body, nil
	}
	return nil, cti.ErrNotFound
}

// List names the files that a PBX has in ARI's directory; none of one without ARI.
func (f remoteFiles) List(ctx context.Context, pbx string) ([]string, error) {
	for _, p := range f {
		if p.id != pbx || p.ari == nil {
			continue
		}
		names, err := p.ari.Recordings(ctx)
		if err != nil {
			return nil, &cti.UnavailableError{What: "ARI of " + p.id, Err: err}
		}
		for i, name := range names {
			names[i] = path.Join("/", cmp.Or(p.ariRecordings, ariRecordings), path.Join("/", name))
		}
		return names, nil
	}
	return nil, nil
}
