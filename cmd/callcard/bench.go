package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
)

// benchOptions say how much is measured. Everything runs on loopback, in
// processes of this same binary.
type benchOptions struct {
	Agents   int           // connected while calls come in
	Rate     int           // new calls per second
	Duration time.Duration // of each of the two measured runs
	Idle     int           // connected agents without calls, for their memory
	Events   int           // decoded and tracked in one process
	Burst    int           // calls that begin at once
	Journal  bool          // compare the cards under several loads of the journal
	Loads    []int         // those loads
	Rounds   int           // in which each load has its turn
	All      bool          // send every event class, not only what dialplan-samples let through
	JSON     string        // file for the result
	Profile  string        // directory for profiles of the daemon
	Dir      string        // of the daemon's files; a temporary one when empty
	Patience time.Duration // with a client whose socket is full; Asterisk's own when zero
}

func newBenchCommand() *cobra.Command {
	var o benchOptions
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the way from the PBX's bytes to the card, and what it costs",
		Long: "Plays recorded calls to a whole daemon of its own over real sockets and reads the websockets of its agents.\n" +
			"In the same run the same bytes go through a bare relay from socket to websocket: the floor.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(); err != nil {
				return usageError{err}
			}
			// Who plays the exchange and the agents is not to wait for himself more than the daemon does.
			moreProcs()
			return bench(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Agents, "agents", 1000, "agents who are connected")
	f.IntVar(&o.Rate, "rate", 200, "new calls per second")
	f.DurationVar(&o.Duration, "duration", 15*time.Second, "length of each measured run; 0 leaves them out")
	f.IntVar(&o.Idle, "idle", 10_000, "idle agents for the figure of memory; 0 leaves it out")
	f.IntVar(&o.Events, "events", 150_000, "events for decode and track; 0 leaves it out")
	f.IntVar(&o.Burst, "burst", 3000, "calls that begin at once; 0 leaves it out")
	f.BoolVar(&o.Journal, "journal", false, "measure also what the journal costs the cards: windows without it, as calls make it, and with more than 5000 events/s take turns")
	f.IntSliceVar(&o.Loads, "journal-loads", []int{journalOff, journalAsIs, journalFull}, "loads of the journal in events/s; 0 is none, -1 what calls make")
	f.IntVar(&o.Rounds, "journal-rounds", 7, "how often each load of the journal has its turn")
	f.BoolVar(&o.All, "all-events", false, "send all recorded events, not only those that the sample filter lets through")
	f.StringVar(&o.JSON, "json", "", "write the result to this file as JSON")
	f.StringVar(&o.Profile, "profile", "", "write the daemon's CPU and heap profiles into this directory")
	cmd.AddCommand(newBenchDaemonCommand(), newBenchRelayCommand())
	return cmd
}

func (o benchOptions) validate() error {
	switch {
	case o.Agents < 1 || o.Agents > maxBenchAgents:
		return fmt.Errorf("--agents: got %d, want 1 to %d", o.Agents, maxBenchAgents)
	case o.Idle < 0 || o.Idle > maxBenchAgents:
		return fmt.Errorf("--idle: got %d, want 0 to %d", o.Idle, maxBenchAgents)
	case o.Rate < 0 || o.Rate*benchCallSeconds > o.Agents:
		return fmt.Errorf("--rate: got %d, want 0 to %d: a call takes its agent for %d s", o.Rate, o.Agents/benchCallSeconds, benchCallSeconds)
	case o.Burst < 0 || o.Burst > 10_000:
		return fmt.Errorf("--burst: got %d, want 0 to 10000", o.Burst)
	case o.Duration != 0 && o.Duration < benchWarmUp+time.Second || o.Duration > 10*time.Minute:
		return fmt.Errorf("--duration: got %v, want %v to 10m, or 0", o.Duration, benchWarmUp+time.Second)
	case o.Journal && (o.Rounds < 1 || o.Rounds > maxRounds):
		return fmt.Errorf("--journal-rounds: got %d, want 1 to %d", o.Rounds, maxRounds)
	case o.Journal && (len(o.Loads) == 0 || slices.Min(o.Loads) < journalAsIs || slices.Max(o.Loads) > 1_000_000):
		return fmt.Errorf("--journal-loads: got %v, want numbers from %d to 1000000", o.Loads, journalAsIs)
	case o.Journal && o.Rate == 0:
		return errors.New("--journal: needs calls, want a --rate of 1 at least")
	case o.Events < 0 || o.Events > 5_000_000:
		return fmt.Errorf("--events: got %d, want 0 to 5000000", o.Events)
	}
	return nil
}

// benchResult is the JSON that the bench writes. Times are milliseconds.
type benchResult struct {
	At      time.Time      `json:"at"`
	Version string         `json:"version"`
	CPUs    int            `json:"cpus"`
	Decode  *decodeResult  `json:"decode,omitempty"`
	Floor   *runResult     `json:"floor,omitempty"`
	Daemon  *runResult     `json:"daemon,omitempty"`
	Ratio   *ratioResult   `json:"ratio,omitempty"`
	Burst   *burstResult   `json:"burst,omitempty"`
	Idle    *idleResult    `json:"idle,omitempty"`
	Journal *journalResult `json:"journal,omitempty"`
}

// ratioResult is the daemon's way divided by the floor's.
type ratioResult struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

func bench(ctx context.Context, o benchOptions, out, progress io.Writer) error {
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "callcard-bench-")
		if err != nil {
			return fmt.Errorf("make the bench's directory: %w", err)
		}
		defer os.RemoveAll(dir)
		o.Dir = dir
	}
	result := benchResult{At: time.Now().UTC(), Version: version(), CPUs: cpus()}
	err := result.measure(ctx, o, progress)
	if err := result.print(out); err != nil {
		return err
	}
	if o.JSON == "" {
		return err
	}
	return errors.Join(err, result.save(o.JSON))
}

// measure runs one part after the other; what was measured before a failure stays.
func (r *benchResult) measure(ctx context.Context, o benchOptions, progress io.Writer) (err error) {
	say := func(text string) { _, _ = fmt.Fprintln(progress, "bench:", text) }
	if o.Events > 0 {
		say("decode and track")
		if r.Decode, err = benchDecode(ctx, o.Events); err != nil {
			return fmt.Errorf("measure decode and track: %w", err)
		}
	}
	if o.Rate > 0 && o.Duration > 0 {
		say("the floor: a bare relay")
		if r.Floor, err = benchFloor(ctx, o); err != nil {
			return fmt.Errorf("measure the floor: %w", err)
		}
		say("the daemon")
		if r.Daemon, err = benchDaemon(ctx, o); err != nil {
			return fmt.Errorf("measure the daemon: %w", err)
		}
		r.Ratio = &ratioResult{P50: r.Daemon.P50 / r.Floor.P50, P99: r.Daemon.P99 / r.Floor.P99}
	}
	if o.Journal {
		say("the journal, loads by turns")
		if r.Journal, err = benchJournal(ctx, o); err != nil {
			return fmt.Errorf("measure the journal: %w", err)
		}
	}
	if o.Burst > 0 {
		say("a burst of calls")
		if r.Burst, err = benchBurst(ctx, o); err != nil {
			return fmt.Errorf("measure the burst: %w", err)
		}
	}
	if o.Idle > 0 {
		say("idle agents")
		if r.Idle, err = benchIdle(ctx, o); err != nil {
			return fmt.Errorf("measure idle agents: %w", err)
		}
	}
	return nil
}

func (r *benchResult) save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
