package callbacks_test

import (
	"log/slog"
	"testing"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

func TestOneDutyPerClientAndLineGroup(t *testing.T) {
	t.Parallel()
	b := newBench()
	group := map[string]string{"+74950000001": "office", "+74950000002": "office"}
	b.svc = callbacks.New(callbacks.Options{
		Store: b.store, Publisher: &b.told, Logger: slog.New(slog.DiscardHandler),
		Group: func(pbx, did string) string {
			if pbx == "main" && group[did] != "" {
				return group[did]
			}
			return did
		},
	})
	on := func(pbx, did string) func(*cti.Call) {
		return func(c *cti.Call) { c.PBX, c.DID = pbx, did }
	}
	b.end(t,
		with(missed("m:1", 0), on("main", "+74950000001")),
		with(missed("m:2", 2), on("main", "+74950000002")),
		with(missed("m:3", 4), on("main", "+74950000003")),
		with(missed("s:4", 6), on("spb", "+74950000001")))
	have := map[string]int{}
	for _, callback := range b.store.all {
		have[callback.Group] = callback.Missed
	}
	equal(t, "missed calls by group", map[string]int{"office": 2, "+74950000003": 1, "+74950000001": 1}, have)
}
