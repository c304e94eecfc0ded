package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"golang.org/x/sync/errgroup"

	"callcard/pkg/config"
	"callcard/pkg/telemetry"
)

// serveDemo runs the daemon together with the sample office until ctx ends.
func serveDemo(ctx context.Context, cfg config.Config, stdout, stderr io.Writer) error {
	log, err := telemetry.NewLogger(stderr, cfg.Log.Format, cfg.Log.Level)
	if err != nil {
		return err
	}
	d, err := newDemo(cfg, log)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.prepare(ctx); err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	app, err := NewApp(ctx, AppOptions{Config: d.Config(), Log: log, Version: version()})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	d.Welcome(stdout, demoAddress(cfg.HTTP.PublicURL, app.Addr()))
	return d.serve(ctx, app, log)
}

// serve ends when either the daemon or the office ends.
func (d *demo) serve(ctx context.Context, app *App, log *slog.Logger) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return app.Run(ctx) })
	g.Go(func() error {
		if err := d.Run(ctx, app.hub.Online); err != nil {
			log.Error("the sample office ended", "err", err)
			return err
		}
		return nil
	})
	return g.Wait()
}

// prepare brings the database up to date and adds the samples.
func (d *demo) prepare(ctx context.Context) error {
	if err := os.MkdirAll(d.cfg.PBX[0].Recordings.Dir, 0o755); err != nil { // the office records when first it talks
		return err
	}
	db, err := openStore(ctx, d.cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	return d.Seed(ctx, db)
}

// demoAddress is what a person types into a browser on this machine.
func demoAddress(publicURL string, listener net.Addr) string {
	if publicURL != "" {
		return publicURL
	}
	host, port, err := net.SplitHostPort(listener.String())
	if err != nil {
		return "http://" + listener.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
