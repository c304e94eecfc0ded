package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"callcard/connector/asterisk"
	"callcard/pkg/callbacks"
	"callcard/pkg/calls"
	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/phone"
)

// replayOptions are what a recording does not say of its PBX.
type replayOptions struct {
	Translator asterisk.TranslatorOptions
	Region     string
	Internal   string
	Faults     io.Writer // told of messages that cannot be read; nil for nobody
}

func newReplayCommand() *cobra.Command {
	var configPath string
	cmd := &cobra.Command{
		Use:   "replay FILE.ami",
		Short: "Run a recorded conversation through the tracker and print what became of it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := replayOptionsFrom(configPath)
			if err != nil {
				return err
			}
			file, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("open recording: %w", err)
			}
			defer file.Close()
			opts.Faults = cmd.ErrOrStderr()
			return replay(cmd.Context(), file, cmd.OutOrStdout(), opts)
		},
	}
	cmd.Flags().StringVar(&configPath, "config", "", "configuration file; its first pbx describes the recording")
	return cmd
}

// replayOptionsFrom reads the numbering plan and the first PBX of a configuration.
// Without one, endpoints named like an extension are phones and the others trunks.
func replayOptionsFrom(path string) (replayOptions, error) {
	opts := replayOptions{Translator: asterisk.TranslatorOptions{PBX: "main", Variables: trackedVariables(config.PBX{})}}
	if path == "" {
		return opts, nil
	}
	cfg, err := loadConfig(path)
	if err != nil {
		return opts, err
	}
	opts.Region, opts.Internal = cfg.Phone.Region, cfg.Phone.Internal
	pbx := config.PBX{ID: opts.Translator.PBX}
	if len(cfg.PBX) > 0 {
		pbx = cfg.PBX[0]
	}
	opts.Translator = asterisk.TranslatorOptions{PBX: pbx.ID, Naming: namingOptions(cfg, pbx), Variables: trackedVariables(pbx)}
	return opts, nil
}

// trackedVariables tell the tracker what no event does: a Dial() that found no phone
// to ring, and the called number where a trunk sends every call to "s". The configured
// ones are for rules and cards.
func trackedVariables(pbx config.PBX) []string {
	return append([]string{"DIALSTATUS", "FROM_DID", callbacks.VariableRequested, callbacks.VariableAfterHours}, pbx.Variables...)
}

// replay prints one line per call event and, at the end, one per call. A message
// that cannot be read is told to opts.Faults; the others count.
func replay(ctx context.Context, r io.Reader, w io.Writer, opts replayOptions) error {
	translator, err := asterisk.NewTranslator(opts.Translator)
	if err != nil {
		return err
	}
	plan, err := phone.New(opts.Region, opts.Internal)
	if err != nil {
		return err
	}
	player := calls.NewPlayer(calls.Options{Epoch: "replay", Normalize: plan.Parse})
	out := newReplayPrinter(w)
	for event, err := range asterisk.Replay(r, translator) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if opts.Faults != nil {
				fmt.Fprintln(opts.Faults, "skipped:", err)
			}
			continue
		}
		out.events(player.Play(event))
	}
	end := player.Now() // to settle is the tracker's patience, not talk
	out.events(player.Settle())
	return out.finish(end)
}

// replayPrinter writes JSON lines and keeps the calls in the order of their start.
type replayPrinter struct {
	enc   *json.Encoder
	order []cti.CallID
	calls map[cti.CallID]cti.Call
	err   error
}

func newReplayPrinter(w io.Writer) *replayPrinter {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &replayPrinter{enc: enc, calls: make(map[cti.CallID]cti.Call)}
}

// replayEvent is cti.CallEvent with the kind of the line beside the kind of the event.
type replayEvent struct {
	Line string `json:"kind"`
	cti.CallEvent
	Kind   cti.CallEventKind `json:"event"`
	CallID cti.CallID        `json:"call_id"`
}

func (p *replayPrinter) events(events []cti.CallEvent) {
	for _, e := range events {
		if _, known := p.calls[e.Call.ID]; !known {
			p.order = append(p.order, e.Call.ID)
		}
		p.calls[e.Call.ID] = e.Call
		delete(p.calls, e.Merged)
		p.line(replayEvent{Line: "event", CallEvent: e, Kind: e.Kind, CallID: e.Call.ID})
	}
}

func (p *replayPrinter) line(v any) {
	if err := p.enc.Encode(v); err != nil && p.err == nil {
		p.err = fmt.Errorf("write result: %w", err)
	}
}

func (p *replayPrinter) finish(end time.Time) error {
	for _, id := range p.order {
		if c, ok := p.calls[id]; ok {
			p.line(summarize(c, end))
		}
	}
	return p.err
}
