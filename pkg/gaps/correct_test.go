package gaps

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// write makes a file of the PBX as long as it is by then.
func (o *office) write(t *testing.T, file string, rows ...string) {
	t.Helper()
	var text []byte
	for _, row := range rows {
		text = append(text, row+"\n"...)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (o *office) kinds() (words []string) {
	for _, e := range o.store.order {
		words = append(words, fmt.Sprintf("%s %s %s", e.Kind, e.Call.Outcome, e.Call.Certainty))
	}
	return words
}

// TestLateRowsCorrectACallThatWasGivenUp: callcard saw a call begin and nothing of its end;
// the rows come when it was given up. It was a transfer by 1001 to 1003.
func TestLateRowsCorrectACallThatWasGivenUp(t *testing.T) {
	t.Parallel()
	o := nobodyHeard(t, "direct_blind")
	p := o.opts.PBXes[0]
	rows := lines(t, p.CDR)
	o.write(t, p.CDR)
	truth := rebuilt(t, "direct_blind")
	e := unseen(truth)
	e.Call.Ended = truth.Ended.Add(1300 * time.Millisecond) // the moment of the look that did not find it
	if err := o.AppendEvents(t.Context(), []cti.CallEvent{e}); err != nil {
		t.Fatal(err)
	}
	o.tends(t)
	o.now = o.now.Add(holdFor)
	o.tends(t)
	if want := []string{"call.ended ivr unknown"}; !slices.Equal(o.kinds(), want) {
		t.Fatalf("without rows: %q", o.kinds())
	}
	o.write(t, p.CDR, rows...)
	for range 3 { // a crash comes between, and nothing is told twice
		o.tends(t)
		again := New(o.opts)
		o.Service = again
	}
	want := []string{"call.ended ivr unknown", "talk.started  reconciled", "talk.started  reconciled", "call.corrected answered reconciled"}
	if !slices.Equal(o.kinds(), want) {
		t.Fatalf("got %q\nwant %q", o.kinds(), want)
	}
	last := o.store.order[len(o.store.order)-1]
	if !last.Reconstructed || last.Call.Version != 8 || last.Call.Missed || len(last.Call.Talks) != 2 || o.store.ends[truth.ID] != 1 {
		t.Errorf("%+v", last)
	}
}

// TestLateRowsCorrectACallMadeOfRecords: the first of two rows makes a call of one talk;
// the second adds who it was handed over to.
func TestLateRowsCorrectACallMadeOfRecords(t *testing.T) {
	t.Parallel()
	o := nobodyHeard(t, "direct_blind")
	p := o.opts.PBXes[0]
	rows := lines(t, p.CDR)
	o.write(t, p.CDR, rows[:1]...)
	o.tends(t)
	if want := []string{"talk.started  reconstructed", "call.ended answered reconstructed"}; !slices.Equal(o.kinds(), want) {
		t.Fatalf("of one row: %q", o.kinds())
	}
	o.write(t, p.CDR, rows...)
	o.tends(t)
	o.tends(t)
	want := []string{"talk.started  reconstructed", "call.ended answered reconstructed", "talk.started  reconciled", "call.corrected answered reconciled"}
	if !slices.Equal(o.kinds(), want) {
		t.Fatalf("got %q\nwant %q", o.kinds(), want)
	}
	truth := rebuilt(t, "direct_blind")
	if last := o.store.order[3].Call; !slices.Equal(last.Talks, truth.Talks) || !last.Ended.Equal(truth.Ended) || last.Version != 4 {
		t.Errorf("got %+v\nwant the talks of %+v", last, truth)
	}
}

// TestACallThatWasHeardIsNotCorrected, whatever its rows say.
func TestACallThatWasHeardIsNotCorrected(t *testing.T) {
	t.Parallel()
	o := nobodyHeard(t, "direct_blind")
	e := unseen(rebuilt(t, "direct_blind"))
	e.Call.Certainty = cti.Observed
	if err := o.AppendEvents(t.Context(), []cti.CallEvent{e}); err != nil {
		t.Fatal(err)
	}
	o.tends(t)
	if want := []string{"call.ended ivr observed"}; !slices.Equal(o.kinds(), want) {
		t.Errorf("got %q", o.kinds())
	}
}

// TestATalkOfNoLength: who was handed the caller in the second in which he hung up had him.
func TestATalkOfNoLength(t *testing.T) {
	t.Parallel()
	_, calls := written(t, "22", "blind")
	for linkedid, found := range calls {
		found.rows = slices.Clone(found.rows)
		last := &found.rows[len(found.rows)-1]
		last.end, last.talked = last.start, 0
		c := builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}.rebuild(linkedid, found)
		if len(c.Talks) != 2 || c.Talks[1].Device != "PJSIP/1003" || !c.Talks[1].To.Equal(c.Talks[1].From) {
			t.Errorf("talks %+v", c.Talks)
		}
	}
}
