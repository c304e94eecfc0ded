package agents

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

// rings makes a queue ring anna once more, with an end.
func (o *office) rings(id cti.CallID, n int, queue string, result cti.OfferResult) {
	offer := cti.Offer{Device: "PJSIP/1001", User: "anna", Queue: queue, Attempts: n}
	call := cti.Call{ID: id, PBX: "main", Version: 2*n - 1, Direction: cti.Inbound, State: cti.CallRinging, Offers: []cti.Offer{offer}}
	o.say(call)
	call.Version, call.Offers = 2*n, []cti.Offer{offer}
	call.Offers[0].Result, call.Offers[0].Ended = result, time.Now()
	o.say(call)
}

func TestMissedOffersBlock(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		o.rings("main:1", 1, "support", cti.OfferNoAnswer)
		if s := o.state(anna); s.MissedOffers != 1 || s.Block != cti.BlockNone {
			t.Errorf("after one: %+v", s)
		}
		for i, kind := range []struct {
			queue  string
			result cti.OfferResult
		}{{"support", cti.OfferWithdrawn}, {"sales", cti.OfferNoAnswer}, {"", cti.OfferNoAnswer}} { // sales rings everybody
			o.rings(cti.CallID(fmt.Sprintf("main:2%d", i)), 1, kind.queue, kind.result)
		}
		if s := o.state(anna); s.MissedOffers != 1 {
			t.Errorf("what is nobody's fault was counted: %+v", s)
		}
		o.rings("main:3", 1, "support", cti.OfferRejected)
		if s := o.state(anna); s.MissedOffers != 0 {
			t.Errorf("who declines is there: %+v", s)
		}
		o.rings("main:4", 1, "support", cti.OfferNoAnswer)
		o.wantActions()
		blocked := time.Now()
		o.rings("main:4", 2, "support", cti.OfferNoAnswer)
		o.wantActions(paused("rona")...)
		if s := o.state(anna); s.Block != cti.BlockRONA || !s.BlockSince.Equal(blocked) || s.MissedOffers != 2 || s.Mode != cti.ModeReady {
			t.Errorf("blocked: %+v", s)
		}
		time.Sleep(time.Hour)
		o.wantActions()
		if err := o.do(o.svc.ClearBlock); err != nil {
			t.Error(err)
		}
		o.wantActions(unpaused()...)
		if s := o.state(anna); s.Block != cti.BlockNone || s.MissedOffers != 0 {
			t.Errorf("cleared: %+v", s)
		}
	})
}

func TestSupervisorChangesAModeAndIsNamed(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		o.rings("main:1", 1, "support", cti.OfferNoAnswer)
		o.rings("main:1", 2, "support", cti.OfferNoAnswer)
		o.actions()
		if _, err := o.svc.SetMode(context.Background(), "anna", cti.ModeNotReady, "", "chief"); err != nil {
			t.Error(err)
		}
		o.wantMode(anna, "not_ready(sup:chief) by chief")
		o.wantActions(paused("sup:chief")...)
		if _, err := o.svc.SetMode(context.Background(), "anna", cti.ModeReady, "", "chief"); err != nil {
			t.Error(err)
		}
		o.wantMode(anna, "ready by chief")
		o.wantActions(unpaused()...)
		if s := o.state(anna); s.Block != cti.BlockNone {
			t.Errorf("block %+v", s)
		}
	})
}

func TestDeviceDown(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.ready()
		status := func(s cti.DeviceStatus) {
			o.elsewhere("sales", "PJSIP/1001", func(m *cti.Member) { m.Status = s })
			o.elsewhere("support", "PJSIP/1001", func(m *cti.Member) { m.Status = s })
		}
		began := time.Now()
		status(cti.DeviceUnavailable)
		time.Sleep(29 * time.Second)
		if s := o.state(anna); s.Block != cti.BlockNone {
			t.Errorf("a phone that starts again blocks: %+v", s)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if s := o.state(anna); s.Block != cti.BlockDeviceDown || !s.BlockSince.Equal(began) {
			t.Errorf("away: %+v", s)
		}
		if err := o.do(o.svc.ClearBlock); !errors.Is(err, cti.ErrConflict) {
			t.Errorf("cleared by hand: %v", err)
		}
		status(cti.DeviceNotInUse)
		if s := o.state(anna); s.Block != cti.BlockNone {
			t.Errorf("back: %+v", s)
		}
		o.wantActions() // queues pass such a phone over by themselves
	})
}

func TestUnreachable(t *testing.T) {
	inWork(t, nil, nil, func(o *office) {
		o.svc.SetOnline("anna", true, time.Now())
		o.ready()
		if s := o.state(anna); !s.Online || s.Unreachable {
			t.Errorf("here: %+v", s)
		}
		left := time.Now()
		o.svc.SetOnline("anna", false, left)
		time.Sleep(29 * time.Second) // a reload of the page
		if s := o.state(anna); s.Unreachable {
			t.Errorf("at once: %+v", s)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if s := o.state(anna); !s.Unreachable || !s.UnreachableSince.Equal(left) {
			t.Errorf("away: %+v", s)
		}
		told := o.frames["chief"]
		if last := told[len(told)-1]; last.User != "anna" || !last.Unreachable {
			t.Errorf("the chief was told %+v", last)
		}
		o.svc.SetOnline("anna", true, time.Now())
		if s := o.state(anna); s.Unreachable || !s.UnreachableSince.IsZero() {
			t.Errorf("back: %+v", s)
		}
		// A frozen browser: the hub has waited already.
		o.svc.SetOnline("anna", false, time.Now().Add(-31*time.Second))
		if s := o.state(anna); !s.Unreachable {
			t.Errorf("frozen: %+v", s)
		}
		if err := o.set(anna, cti.ModeOffline, ""); err != nil {
			t.Error(err)
		}
		if s := o.state(anna); s.Unreachable {
			t.Errorf("gone home: %+v", s)
		}
	})
}
