package main

import (
	"context"
	"os"
	"os/exec"

	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/objects"
	"callcard/pkg/recordings"
	"callcard/pkg/telemetry"
)

func (a *App) wireRecordings(context.Context) (err error) {
	opts := recordings.Options{Dir: a.cfg.Recordings.Store, Store: a.store, Fetcher: remoteFiles(a.pbxes), Lister: remoteFiles(a.pbxes), Behind: a.searches.Do, Logger: a.log}
	if a.cfg.Recordings.InBucket() {
		if a.bucket, err = openBucket(a.cfg.Recordings); err != nil {
			return err
		}
		opts.Dir, opts.Vault = a.cfg.Recordings.S3.Dir, a.bucket
	}
	opts.Transcoder = a.transcoder()
	for _, p := range a.cfg.PBX {
		if p.Recordings.Dir != "" {
			a.tryRecordings(p)
			opts.Roots = append(opts.Roots, recordings.Root{PBX: p.ID, Dir: p.Recordings.Dir})
		}
	}
	a.pruner = recordings.NewPruner(recordings.PrunerOptions{
		Dir: opts.Dir, Vault: opts.Vault, Store: a.store, Policies: retention(a.cfg.Recordings), Logger: a.log,
	})
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

// ffmpeg makes small files of recordings.
const ffmpeg = "ffmpeg"

// transcoder is nil where recordings stay as they are, which is said once when it is not wanted.
func (a *App) transcoder() *recordings.Transcoder {
	if a.cfg.Recordings.Format == "wav" {
		return nil
	}
	program, err := exec.LookPath(ffmpeg)
	if err != nil {
		a.noFFmpeg = err
		a.log.Warn("recordings stay WAV files: recordings.format needs ffmpeg", "format", a.cfg.Recordings.Format, "err", err)
		return nil
	}
	return &recordings.Transcoder{Program: program, Format: a.cfg.Recordings.Format, Workers: a.cfg.Recordings.Transcoders}
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
		{Name: "recordings_transcoded_total", Help: "Recordings that became small files.", Counter: true, Value: func() float64 { return float64(s.Stats().Transcoded) }},
		{Name: "recordings_transcode_failures_total", Help: "Tries to make a recording smaller that did not succeed.", Counter: true, Value: func() float64 { return float64(s.Stats().Untranscoded) }},
	}
}

// retention ends with the policy for all others.
func retention(cfg config.Recordings) []cti.RecordingPolicy {
	policies := make([]cti.RecordingPolicy, 0, len(cfg.Policies)+1)
	for _, p := range cfg.Policies {
		policies = append(policies, cti.RecordingPolicy{
			Name: p.Name, Queue: p.Queue, Direction: cti.Direction(p.Direction), Outcome: cti.CallOutcome(p.Outcome), Result: p.Result, Shorter: p.Shorter, Days: p.Days,
		})
	}
	return append(policies, cti.RecordingPolicy{Name: "keep_days", Days: cfg.KeepDays})
}
