package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pop/rules"
)

// loadConfig reads the configuration and checks also what only its users understand.
func loadConfig(path string) (config.Config, error) {
	return config.Load(path, os.Environ(), checkRules, checkCalendar, checkWebhooks)
}

// compileRules makes the rules of the configuration.
func compileRules(cfg config.Config) (*rules.Set, error) {
	opts := rules.Options{Variables: knownVariables(cfg)}
	for _, r := range cfg.Rules {
		rule := rules.Rule{Name: r.Name, When: r.When, Blocks: r.Blocks, Open: rules.Open(r.Open)}
		for _, v := range r.Variables {
			rule.Variables = append(rule.Variables, rules.Variable(v))
		}
		opts.Rules = append(opts.Rules, rule)
	}
	return rules.Compile(opts)
}

// knownVariables are those that any PBX reports.
func knownVariables(cfg config.Config) []string {
	names := trackedVariables(config.PBX{})
	for _, pbx := range cfg.PBX {
		names = append(names, pbx.Variables...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func checkRules(cfg config.Config) (faults []config.Fault) {
	_, err := compileRules(cfg)
	joined, _ := err.(interface{ Unwrap() []error }) //nolint:errorlint // the list itself, not one in it
	if joined == nil {
		return nil
	}
	for _, one := range joined.Unwrap() {
		if bad, is := errors.AsType[*cti.InvalidError](one); is {
			faults = append(faults, config.Fault{Field: bad.Field, Got: bad.Got, Want: bad.Want})
		}
	}
	return faults
}

func newRulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "Try the rules that choose what cards show",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newRulesTest("test", "Check what the rules make of the calls in a file; print why where it is something else", false),
		newRulesTest("explain", "Print what each rule says of the calls in a file", true))
	return cmd
}

// errNotAsExpected is told in the report already, call by call.
var errNotAsExpected = errors.New("not as expected")

func newRulesTest(use, short string, explain bool) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use + " FILE",
		Short: short,
		Long:  short + ".\n\nFILE is YAML, - for the standard input; configs/rules-test.yaml is an example with comments.",
		Args:  cobra.ExactArgs(1),
	}
	path := configFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		in := cmd.InOrStdin()
		if args[0] != "-" {
			file, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("open tests of rules: %w", err)
			}
			defer file.Close()
			in = file
		}
		return testRules(cfg, in, cmd.OutOrStdout(), explain)
	}
	return cmd
}

func testRules(cfg config.Config, in io.Reader, out io.Writer, explain bool) error {
	set, err := compileRules(cfg)
	if err != nil {
		return err
	}
	cases, err := set.Cases(in)
	if err != nil {
		return usageError{err}
	}
	var outcomes []rules.Outcome
	for _, c := range cases {
		outcomes = append(outcomes, set.Try(c))
	}
	failed, err := rules.Report(out, outcomes, explain)
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d calls are %w", failed, len(cases), errNotAsExpected)
	}
	return err
}
