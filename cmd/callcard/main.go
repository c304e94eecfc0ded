// Command callcard is the daemon between an Asterisk PBX and the people who
// answer its calls. This package only wires the others together: main.go and the
// commands, app.go and what each part is made of, lifecycle.go for start and stop.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // calendars know their zones on machines without a zone database, too

	"github.com/spf13/cobra"

	"callcard/pkg/config"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // the command line or the configuration is wrong
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// usageError is a fault of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// The first signal asks to stop; after it the second one ends the process at once.
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer restore()
	defer context.AfterFunc(ctx, restore)()

	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var (
		usage  usageError
		faults config.Faults
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &faults):
		_, _ = fmt.Fprintf(stderr, "callcard: the configuration has %d fault(s):\n%v\n", len(faults), faults)
		return exitUsage
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(stderr, "callcard: %v\nSee callcard --help.\n", err)
		return exitUsage
	default:
		_, _ = fmt.Fprintf(stderr, "callcard: %v\n", err)
		return exitFailed
	}
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "callcard",
		Short:         "Call cards for the agents of an Asterisk PBX",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newServeCommand(), newReplayCommand(), newMigrateCommand(), newUserCommand(), newRulesCommand(), newWebhooksCommand(), newRecordingsCommand(), newAuditCommand(),
		newBenchCommand(), newVersionCommand())
	checkedArgs(root)
	return root
}

// checkedArgs makes wrong arguments faults of the command line too.
func checkedArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	for _, below := range cmd.Commands() {
		checkedArgs(below)
	}
}

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "callcard", version())
			return err
		},
	}
}

// version is what the go command has stamped into the binary: the module's
// version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "dev"
}

// configFlag adds --config to a command.
func configFlag(cmd *cobra.Command) *string {
	return cmd.Flags().StringP("config", "c", "", "configuration file; without one, defaults and CALLCARD_… variables hold")
}
