package pop

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// A rush of links takes few transactions, and all are made.
func TestRushOfLinks(t *testing.T) {
	in(t, func(o *office) {
		const calls = 60
		for i := range calls {
			o.inbound(fmt.Sprint("1.", i), ivanov)
		}
		o.pass(linkEvery)
		if len(o.links) != calls {
			t.Errorf("%d links, want %d", len(o.links), calls)
		}
		if want := int(linkCredit/linkEvery) + 2; o.together > want {
			t.Errorf("%d transactions, want at most %d", o.together, want)
		}
	})
}

func TestLookUpsDoNotWaitForLinks(t *testing.T) {
	in(t, func(o *office) {
		o.writing = time.Hour
		for i := range 40 { // more than there are workers
			o.inbound(fmt.Sprint("1.", i), ivanov)
		}
		o.inbound("2.1", shared).ring(anna)
		o.want("anna opened multiple/done")
	})
}

// A choice made while the automatic link is being written comes after it and stays.
func TestChoiceDuringABatchStays(t *testing.T) {
	in(t, func(o *office) {
		o.held = make(chan struct{})
		o.inbound("1.1", ivanov).ring(anna)
		o.pass(0) // the batch holds the call
		chosen := make(chan error, 1)
		go func() { chosen <- o.svc.Choose(t.Context(), "main:1.1", "c2", anna) }()
		for range 1000 { // were it not kept waiting, it would be written by now
			runtime.Gosched()
		}
		close(o.held)
		if err := <-chosen; err != nil {
			t.Fatal(err)
		}
		o.pass(time.Minute)
		if o.links["main:1.1"] != "c2" || o.linkedBy["main:1.1"] != "anna" {
			t.Errorf("links %v by %v", o.links, o.linkedBy)
		}
	})
}

func TestSpoiltTransactionLinksEachAlone(t *testing.T) {
	in(t, func(o *office) {
		o.spoilt = errors.New("one statement was refused")
		o.inbound("1.1", ivanov)
		o.pass(0)
		if o.links["main:1.1"] != "c1" {
			t.Errorf("links %v", o.links)
		}
	})
}
