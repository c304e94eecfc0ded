package main

import (
	"cmp"
	"context"

	"callcard/pkg/control"
)

// defaultContext is FreePBX's, and that of dialplan-samples.
const defaultContext = "from-internal"

func (a *App) wireControl(context.Context) (err error) {
	a.tracer = newTracer(a.store, a.log)
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
		Calls: a.tracker, Numbers: a.numbers, Tracer: a.tracer, Log: a.log,
	})
	return err
}
