package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/recordings"
)

// newRecordingsCommand works on the stores, beside a daemon that runs or without one.
func newRecordingsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "recordings", Short: "Look after stored recordings", Args: cobra.NoArgs}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	prune := &cobra.Command{Use: "prune", Short: "Remove recordings that recordings.keep_days and recordings.policies keep no longer", Args: cobra.NoArgs}
	path := configFlag(prune)
	dryRun := prune.Flags().Bool("dry-run", false, "only tell what would be removed, and by which policy")
	prune.RunE = func(cmd *cobra.Command, _ []string) error {
		return pruneRecordings(cmd.Context(), *path, *dryRun, cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	cmd.AddCommand(prune)
	return cmd
}

func pruneRecordings(ctx context.Context, path string, dryRun bool, out, errs io.Writer) error {
	cfg, err := config.Load(path, os.Environ())
	if err != nil {
		return err
	}
	db, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	opts := recordings.PrunerOptions{Dir: cfg.Recordings.Store, Store: db, Policies: retention(cfg.Recordings), Logger: slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	if cfg.Recordings.InBucket() {
		bucket, err := openBucket(cfg.Recordings)
		if err != nil {
			return errors.Join(err, db.Close())
		}
		opts.Dir, opts.Vault = cfg.Recordings.S3.Dir, bucket
	}
	report, err := recordings.NewPruner(opts).Prune(ctx, dryRun, 0)
	return errors.Join(err, printPruned(out, report), db.Close())
}

func printPruned(out io.Writer, report cti.PruneReport) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(report.Items) > 0 {
		fmt.Fprintln(table, "RECORDING\tCALL\tSTARTED\tBYTES\tPOLICY\tDAYS")
	}
	for _, r := range report.Items {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%d\n", r.ID, r.CallID, when(r.Started), r.Bytes, r.Policy, r.Days)
	}
	if more := report.Count - len(report.Items); more > 0 {
		fmt.Fprintf(table, "and %d more\n", more)
	}
	done := "removed"
	if report.DryRun {
		done = "to be removed"
	}
	fmt.Fprintf(table, "%d recordings (%d bytes) are %s; %d are held.\n", report.Count, report.Bytes, done, report.Held)
	return table.Flush()
}
