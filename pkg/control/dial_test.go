package control

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

func TestDialRingsTheOwnPhoneFirst(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		format Format
		typed  string
		exten  string
	}{
		{FormatDigits, "+7 (916) 123-45-67", "79161234567"},
		{FormatPlus, "8 916 123-45-67", "+79161234567"},
		{FormatNational, "+79161234567", "89161234567"},
		{FormatNational, "1002", "1002"},
		{FormatDigits, "*45", "*45"},
		{FormatDigits, " 0998 ", "0998"},
	} {
		o := newOffice(t, func(l *Line) { l.Format = tt.format })
		id, err := o.svc.Dial(t.Context(), cti.DialRequest{User: anna, Number: tt.typed, CallbackID: "cb1"})
		if err != nil {
			t.Fatalf("%s: %v", tt.typed, err)
		}
		order := o.orders[0]
		want := cti.DialOrder{
			Channel: "PJSIP/1001", Context: "from-internal", Exten: tt.exten,
			Caller: cti.Party{Number: "1001", Name: "Анна"}, LegID: order.LegID, Ring: 30 * time.Second,
		}
		if order != want {
			t.Errorf("%s: got %+v, want %+v", tt.typed, order, want)
		}
		if id != "main:"+order.LegID || !strings.HasPrefix(order.LegID, "callcard-") {
			t.Errorf("id %q of leg %q", id, order.LegID)
		}
		notes := o.notes[cti.CallID(id)]
		if len(notes) != 1 || notes[0].Rule != "control.dial" || notes[0].Agent != "anna" || strings.Contains(notes[0].Text, "9161234567") {
			t.Errorf("trace: %+v", notes)
		}
	}
}

// A number can only be a number: everything else has a meaning to AMI or a dialplan.
func TestDialRefusesWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	for _, typed := range []string{
		"", " ", "+", "anonymous", "100 2 3", "1002&PJSIP/1003", "1002,1,Hangup", "s", "h", "911@from-trunk", "${EXTEN}", "PJSIP/x",
		"12\r\nAction: Command\r\nCommand: core stop now", "12\x00", strings.Repeat("1", 33), strings.Repeat("1", 65), "1001",
	} {
		var bad *cti.InvalidError
		if _, err := o.svc.Dial(t.Context(), cti.DialRequest{User: anna, Number: typed}); !errors.As(err, &bad) || bad.Field != "number" {
			t.Errorf("%q: got %v", typed, err)
		}
	}
	if len(o.orders) > 0 {
		t.Errorf("the PBX was asked: %+v", o.orders)
	}
}

func TestDialWithoutPhoneOrLine(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	if _, err := o.svc.Dial(t.Context(), cti.DialRequest{User: cti.User{ID: "olga"}, Number: "1002"}); !errors.Is(err, cti.ErrConflict) {
		t.Errorf("no phone: got %v", err)
	}
	elsewhere := anna
	elsewhere.PBX = "branch"
	var away *cti.UnavailableError
	if _, err := o.svc.Dial(t.Context(), cti.DialRequest{User: elsewhere, Number: "1002"}); !errors.As(err, &away) {
		t.Errorf("no control: got %v", err)
	}
	o.fail = errors.New("AMI action Originate: Extension does not exist.")
	var refused *cti.RefusedError
	if _, err := o.svc.Dial(t.Context(), cti.DialRequest{User: anna, Number: "1002"}); !errors.As(err, &refused) || !strings.Contains(err.Error(), "Extension does not exist") {
		t.Errorf("refused: got %v", err)
	}
}

func TestDialTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil)
		dial := func(number string) error {
			_, err := o.svc.Dial(t.Context(), cti.DialRequest{User: anna, Number: number})
			return err
		}
		o.fail = errors.New("no")
		_ = dial("1002")
		o.fail = nil
		for _, step := range []struct {
			number string
			after  time.Duration
			want   error
		}{
			{"1002", 0, nil}, // the first one was refused
			{"1002", time.Second, cti.ErrConflict},
			{"1003", 0, nil},
			{"1003", 4 * time.Second, nil},
		} {
			time.Sleep(step.after)
			if err := dial(step.number); !errors.Is(err, step.want) {
				t.Errorf("%s after %s: got %v", step.number, step.after, err)
			}
		}
	})
}
