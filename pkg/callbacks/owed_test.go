package callbacks_test

import (
	"testing"
	"time"

	"callcard/pkg/callbacks"
	"callcard/pkg/cti"
)

func TestWhoIsOwedNothing(t *testing.T) {
	t.Parallel()
	request := func(c *cti.Call) { c.Variables = map[string]string{"CALLCARD_CALLBACK": "1"} }
	for _, test := range []struct {
		name   string
		change func(*bench, *callbacks.Options)
		call   cti.Call
		want   int
		rule   string
	}{
		{"blocked by configuration", func(_ *bench, o *callbacks.Options) { o.Blocked = func(string) bool { return true } }, missed("m:1", 0), 0, "callback.blocked"},
		{"blocked", func(b *bench, _ *callbacks.Options) {
			b.store.lists["+79161234567"] = []cti.NumberList{cti.ListBlocked}
		}, with(missed("m:1", 0), request), 0, "callback.blocked"},
		{"not to be called", func(b *bench, _ *callbacks.Options) {
			b.store.lists["+79161234567"] = []cti.NumberList{cti.ListDoNotCall}
		}, missed("m:1", 0), 0, "callback.do_not_call"},
		{"not to be called, and asks for it", func(b *bench, _ *callbacks.Options) {
			b.store.lists["+79161234567"] = []cti.NumberList{cti.ListDoNotCall}
		}, with(missed("m:1", 0), request), 1, "callback.requested"},
		{"gone at once", func(_ *bench, o *callbacks.Options) { o.Rules.ShortAbandon = 2 * time.Minute }, missed("m:1", 0), 0, "callback.short_abandon"},
		{"gone at once, again", func(b *bench, o *callbacks.Options) { o.Rules.ShortAbandon, b.store.short = 2*time.Minute, true }, missed("m:1", 0), 1, "callback.short_abandon"},
	} {
		b := newBench()
		opts := callbacks.Options{Store: b.store, Publisher: &b.told, Rules: callbacks.DefaultRules(), Logger: discard()}
		test.change(b, &opts)
		b.svc = callbacks.New(opts)
		b.end(t, test.call)
		equal(t, test.name, test.want, len(b.store.all))
		equal(t, test.name, []string{test.rule}, b.store.trace["m:1"])
	}
}

func TestTwoNumbersOfOneClient(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.store.links["m:1"], b.store.links["m:2"], b.store.links["m:3"] = "ivan", "ivan", "ivan"
	other := func(c *cti.Call) { c.Client.Number = "+79160000002" }
	b.end(t, missed("m:1", 0), with(missed("m:2", 2), other))
	equal(t, "one duty", []any{2, []string{"+79160000002"}}, []any{b.only(t).Missed, b.only(t).Numbers})
	b.end(t, with(answered("m:3", 5), func(c *cti.Call) { c.Client.Number = "+79160000003" }))
	equal(t, "closed from a third", cti.CallbackDone, b.only(t).State)
}

func TestMissedAnewNamesTheOneBefore(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.end(t, missed("m:1", 0), answered("m:2", 5), missed("m:3", 9))
	open := b.store.find(func(b cti.Callback) bool { return b.State == cti.CallbackOpen })
	done := b.store.find(func(b cti.Callback) bool { return b.State == cti.CallbackDone })
	equal(t, "previous", done[0].ID, open[0].Previous)
}
