package main

import (
	"cmp"
	"context"
	"strings"

	"callcard/pkg/control"
	"callcard/pkg/cti"
)

// defaultContext is FreePBX's, and that of dialplan-samples.
const defaultContext = "from-internal"

func (a *App) wireControl(context.Context) (err error) {
	a.tracer = newTracer(a.store, a.behind, a.log)
	lines := map[string]control.Line{}
	for _, p := range a.pbxes {
		if p.control == nil {
			continue
		}
		cfg := pbxOf(a.cfg, p.id).Control
		lines[p.id] = control.Line{
			PBX: p.control, Context: cmp.Or(cfg.Context, defaultContext),
			Format: control.Format(cmp.Or(cfg.Dial, string(control.FormatDigits))), PhoneEvents: cfg.PhoneEvents,
		}
	}
	a.control, err = control.New(control.Options{
		Lines: lines, DefaultPBX: pbxOf(a.cfg, "").ID,
		Calls: a.tracker, Live: a.tracker.Calls, Tell: a.tracker.Put, Numbers: a.numbers, Tracer: a.tracer, Log: a.log,
	})
	return err
}

// phonebook is whom agents call and hand calls over to.
func (a *App) phonebook() *control.Phonebook {
	return &control.Phonebook{
		Agents: a.agents.StatesFor, Queues: a.queueLines,
		Contacts: func(ctx context.Context, text string, limit int) ([]cti.Contact, error) {
			return a.store.SearchContacts(ctx, text, limit)
		},
	}
}

func (a *App) queueLines() []control.QueueLine {
	extensions := map[string]string{}
	for _, p := range a.cfg.PBX {
		for _, q := range p.Queues {
			extensions[q.Name] = q.Extension
		}
	}
	var out []control.QueueLine
	for _, q := range a.titledQueues() {
		number := extensions[q.Name]
		if number == "" && strings.Trim(q.Name, "0123456789") == "" {
			number = q.Name
		}
		out = append(out, control.QueueLine{Name: q.Name, Title: q.Title, Number: number})
	}
	return out
}
