package main

import (
	"context"
	"os"

	"callcard/pkg/config"
	"callcard/pkg/objects"
	"callcard/pkg/recordings"
	"callcard/pkg/telemetry"
)

func (a *App) wireRecordings(context.Context) (err error) {
	opts := recordings.Options{Dir: a.cfg.Recordings.Store, Store: a.store, Fetcher: remoteFiles(a.pbxes), Logger: a.log}
	if a.cfg.Recordings.InBucket() {
		if a.bucket, err = openBucket(a.cfg.Recordings); err != nil {
			return err
		}
		opts.Dir, opts.Vault = a.cfg.Recordings.S3.Dir, a.bucket
	}
	for _, p := range a.cfg.PBX {
		if p.Recordings.Dir != "" {
			a.tryRecordings(p)
			opts.Roots = append(opts.Roots, recordings.Root{PBX: p.ID, Dir: p.Recordings.Dir})
		}
	}
	a.recordings, err = recordings.New(opts)
	return err
}

// tryRecordings tells early what would else be seen after the first recorded call.
// It is no reason not to start: the disk may be mounted later.
func (a *App) tryRecordings(p config.PBX) {
	dir, err := os.Open(p.Recordings.Dir)
	if err != nil {
		a.log.Warn("recordings cannot be read now; recordings.dir must exist and be readable by this user", "pbx", p.ID, "err", err)
		return
	}
	_ = dir.Close() // only opened
}

func openBucket(cfg config.Recordings) (*objects.Bucket, error) {
	return objects.Open(objects.Options{
		URL: cfg.Store, Endpoint: cfg.S3.Endpoint, Region: cfg.S3.Region, CA: cfg.S3.CA, PathStyle: cfg.S3.PathStyle,
		AccessKey: cfg.S3.AccessKey.Reveal(), SecretKey: cfg.S3.SecretKey.Reveal(),
	})
}

func recordingSeries(s *recordings.Service) []telemetry.Series {
	return []telemetry.Series{
		{Name: "recordings_waiting", Help: "Complete recordings that their store has not taken yet.", Value: func() float64 { return float64(s.Stats().Waiting) }},
		{Name: "recordings_store_failures_total", Help: "Tries to store a recording that did not succeed.", Counter: true, Value: func() float64 { return float64(s.Stats().Failures) }},
	}
}
