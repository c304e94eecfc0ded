package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/gaps"
	"callcard/pkg/phone"
)

// newAuditCommand compares a day's calls with the PBXes' own records.
func newAuditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Compare a day's calls with queue_log and CDR",
		Long:  "Compare a day's calls with queue_log and CDR, as the daemon does every night. Exits with 1 when they differ.",
		Args:  cobra.NoArgs,
	}
	path := configFlag(cmd)
	day := cmd.Flags().String("day", "", "the day, such as 2026-11-22, in the calendar's zone; yesterday when empty")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		at := time.Now().In(zoneOf(cfg.Calendar.Zone)).AddDate(0, 0, -1)
		if *day != "" {
			if at, err = time.ParseInLocation(time.DateOnly, *day, zoneOf(cfg.Calendar.Zone)); err != nil {
				return usageError{&cti.InvalidError{Field: "--day", Got: *day, Want: "a day such as 2026-11-22"}}
			}
		}
		audit, err := auditDay(cmd.Context(), cfg, at)
		if err != nil {
			return err
		}
		return printAudit(cmd.OutOrStdout(), audit)
	}
	return cmd
}

var errDiffer = errors.New("callcard and the PBXes' records differ")

func auditDay(ctx context.Context, cfg config.Config, day time.Time) (audit cti.Audit, err error) {
	db, err := openStore(ctx, cfg)
	if err != nil {
		return audit, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	numbers, err := phone.New(cfg.Phone.Region, cfg.Phone.Internal)
	if err != nil {
		return audit, err
	}
	opts, err := gapsOptions(cfg, db, numbers)
	if err != nil {
		return audit, err
	}
	opts.Logger = slog.New(slog.DiscardHandler)
	service := gaps.New(opts)
	defer func() { err = errors.Join(err, service.Close()) }()
	if err := service.Read(ctx); err != nil {
		return audit, err
	}
	return service.Audit(ctx, day)
}

func printAudit(out io.Writer, a cti.Audit) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "%s\tcallcard\trecords\tdifference\n", a.Day)
	for _, row := range []struct {
		what         string
		ours, theirs float64
	}{
		{"calls", float64(a.Ours.Calls), float64(a.Theirs.Calls)},
		{"answered", float64(a.Ours.Answered), float64(a.Theirs.Answered)},
		{"missed", float64(a.Ours.Missed), float64(a.Theirs.Missed)},
		{"talk seconds", a.Ours.TalkSeconds, a.Theirs.TalkSeconds},
	} {
		_, _ = fmt.Fprintf(table, "%s\t%.0f\t%.0f\t%+.1f\n", row.what, row.ours, row.theirs, row.ours-row.theirs)
	}
	for _, d := range a.Differences {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", d.CallID, side(d.Ours), side(d.Theirs), strings.Join(d.What, ", "))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if len(a.Differences) > 0 {
		return errDiffer
	}
	return nil
}

func side(c *cti.AuditCall) string {
	switch {
	case c == nil:
		return "none"
	case c.Answered:
		return fmt.Sprintf("%s, talk %.0f s", c.Direction, c.TalkSeconds)
	case c.Missed:
		return string(c.Direction) + ", missed"
	}
	return string(c.Direction) + ", not answered"
}
