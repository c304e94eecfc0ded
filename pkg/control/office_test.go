package control

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// office is a Service beside a PBX that writes down what it is asked.
type office struct {
	svc    *Service
	mu     sync.Mutex
	orders []cti.DialOrder
	acts   []string
	fail   error
	faults map[string]error // of single acts
	deaf   bool             // says yes to an attended transfer and does nothing
	calls  map[cti.CallID]cti.Call
	notes  map[cti.CallID][]cti.Decision
}

var anna = cti.User{ID: "anna", Name: "Анна", Interface: "Local/1001@from-queue/n", Device: "PJSIP/1001", Extension: "1001"}

func newOffice(t *testing.T, change func(*Line)) *office {
	t.Helper()
	o := &office{calls: map[cti.CallID]cti.Call{}, notes: map[cti.CallID][]cti.Decision{}}
	line := Line{PBX: o, Context: "from-internal", Format: FormatDigits}
	if change != nil {
		change(&line)
	}
	svc, err := New(Options{Lines: map[string]Line{"main": line}, DefaultPBX: "main", Calls: o, Numbers: numbers{}, Tracer: o})
	if err != nil {
		t.Fatal(err)
	}
	o.svc = svc
	return o
}

// numbers knows Russian numbers of eleven digits and extensions of four.
type numbers struct{}

func (numbers) Parse(raw string) cti.Phone {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, raw)
	switch {
	case raw == "anonymous":
		return cti.Phone{Raw: raw, Kind: cti.NumberAnonymous}
	case len(digits) == 4:
		return cti.Phone{Raw: raw, Number: digits, Kind: cti.NumberInternal}
	case len(digits) == 11:
		return cti.Phone{Raw: raw, Number: "+7" + digits[1:], Kind: cti.NumberE164}
	}
	return cti.Phone{Raw: raw, Kind: cti.NumberInvalid}
}

func (numbers) National(number string) string { return "8" + number[2:] }

func (o *office) Call(id cti.CallID) (cti.Call, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	call, ok := o.calls[id]
	return call, ok
}

func (o *office) Note(id cti.CallID, d cti.Decision) { o.notes[id] = append(o.notes[id], d) }

func (o *office) Dial(_ context.Context, order cti.DialOrder) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.orders = append(o.orders, order)
	return o.fail
}

func (o *office) act(format string, args ...any) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	what := fmt.Sprintf(format, args...)
	o.acts = append(o.acts, what)
	return cmp.Or(o.faults[what], o.fail)
}

func (o *office) Hangup(_ context.Context, channel string, cause int) error {
	return o.act("hangup %s %d", channel, cause)
}

func (o *office) BlindTransfer(_ context.Context, channel, dialplan, exten string) error {
	return o.act("blind %s %s@%s", channel, exten, dialplan)
}

func (o *office) AttendedTransfer(_ context.Context, channel, dialplan, exten string) error {
	err := o.act("attended %s %s@%s", channel, exten, dialplan)
	o.mu.Lock()
	defer o.mu.Unlock()
	if call, ok := o.calls[id]; ok && err == nil && !o.deaf {
		call.Talks = []cti.Talk{{Device: call.Talks[0].Device, HeldSince: time.Unix(2, 0)}}
		call.Legs = slices.Clone(call.Legs)
		call.Legs[1].Bridge = ""
		o.calls[id] = call
	}
	return err
}

func (o *office) CancelTransfer(_ context.Context, channel string) error {
	return o.act("cancel %s", channel)
}

func (o *office) PhoneEvent(_ context.Context, channel, event string) error {
	return o.act("notify %s %s", channel, event)
}

func (o *office) MuteRecording(_ context.Context, channel string, on bool) error {
	return o.act("mute %s %t", channel, on)
}
