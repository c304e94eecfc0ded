package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"callcard/pkg/telemetry"
)

func newServeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the daemon",
		Args:  cobra.NoArgs,
	}
	path := configFlag(cmd)
	demo := cmd.Flags().Bool("demo", false, "play an office with a simulated PBX, sample users and contacts; nothing else is needed")
	loads := cmd.Flags().Bool("bench-journal", false, "read from the standard input how many events per second the journal writes at least")
	_ = cmd.Flags().MarkHidden("bench-journal") // it exists
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		if *demo {
			return serveDemo(cmd.Context(), cfg, cmd.OutOrStdout(), cmd.ErrOrStderr())
		}
		opts := AppOptions{Config: cfg, Version: version()}
		if *loads {
			opts.Journal = loadJournal(cmd.InOrStdin())
		}
		return serve(cmd.Context(), opts, cmd.ErrOrStderr())
	}
	return cmd
}

// moreProcs lets the kernel, not Go's run queue, choose who runs. With as many Ps as
// cores a ring waits behind slices of up to 10 ms of SQL, JSON and garbage collection;
// a thread of its own is woken at once. On a busy machine half of the cards came within
// 0.9 to 1.6 ms with many Ps, and within 1.6 to 8.4 with two on two cores.
//
// Twice the cores and not more: a quarter of the Ps collects garbage without pause (see
// runtime's gcController), so that four times the cores would give them all away meanwhile.
// On two cores with 200 calls a second and nothing else running, p99 was 3.3 and 3.7 ms with
// four Ps, 5.8 and 8.4 with eight, 3.4 and 5.5 with two. GOMAXPROCS in the environment wins.
func moreProcs() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(4, 2*runtime.NumCPU()))
	}
}

// serve runs the daemon until ctx ends.
func serve(ctx context.Context, opts AppOptions, stderr io.Writer) error {
	moreProcs()
	cfg := opts.Config
	log, err := telemetry.NewLogger(stderr, cfg.Log.Format, cfg.Log.Level)
	if err != nil {
		return err
	}
	if len(cfg.PBX) == 0 {
		log.Warn("no PBX is configured, so no call will be seen: add one under pbx in the file given by --config, " +
			"or set CALLCARD_PBX_0_ID, CALLCARD_PBX_0_AMI_ADDRESS, CALLCARD_PBX_0_AMI_USERNAME and CALLCARD_PBX_0_AMI_SECRET; " +
			"serve --demo plays one")
	}
	opts.Log = log
	app, err := NewApp(ctx, opts)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	return app.Run(ctx)
}
