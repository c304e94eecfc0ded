package asterisk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// hearing watches whether the PBX tells of its calls at all. A user without the right to
// read them is let in like any other, and then it is quiet for ever: nothing but a channel
// that was never told of gives it away. Once one was told of, it is over.
type hearing struct {
	sure  bool
	known map[string]bool // Uniqueids of the last snapshot
	next  time.Time       // when to look
}

// hearingSlack is how long a channel must have lived to have been told of.
const hearingSlack = 5 * time.Second

const deafText = "the PBX has calls that it does not tell of: the tracking user needs read = call in manager.conf, and no eventfilter may hold Newchannel back"

// heard is told of every event.
func (f *follower) heard(event cti.PBXEvent) {
	if f.hearing.sure {
		return
	}
	if _, is := event.(cti.LegCreated); is {
		f.hearing = hearing{sure: true}
		f.s.hear(true)
	}
}

// expectCalls begins to wait for the first channel after a snapshot.
func (f *follower) expectCalls(legs []cti.Leg) {
	if f.hearing.sure {
		return
	}
	f.hearing.known = make(map[string]bool, len(legs))
	for i := range legs {
		f.hearing.known[legs[i].ID.Uniqueid] = true
	}
	f.hearing.next = time.Now().Add(f.s.opts.HearingPause)
}

// listen looks for a channel that should have been told of. It is called when no event
// waits; a snapshot that is wanted comes first.
func (f *follower) listen(ctx context.Context) error {
	if f.again != "" || f.hearing.sure {
		return nil
	}
	f.hearing.next = time.Now().Add(f.s.opts.HearingPause)
	list, err := f.conn.List(ctx, ami.NewAction("CoreShowChannels"))
	if _, refused := errors.AsType[*ami.ResponseError](err); refused {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for calls: %w", err)
	}
	for _, m := range list.Items {
		_, role := f.s.t.naming.Channel(m.Get("Channel"))
		outward := role == cti.RoleTrunk || role == cti.RolePhone
		if outward && !f.hearing.known[m.Get("Uniqueid")] && clock(m.Get("Duration")) >= hearingSlack {
			f.s.hear(false)
			return nil
		}
	}
	return nil
}

// hear notes whether calls are told of; it logs what is new.
func (s *Source) hear(told bool) {
	if s.deaf != told {
		return
	}
	s.deaf = !told
	s.showUp("")
	if told {
		s.log.Info("the PBX tells of its calls")
		return
	}
	s.log.Warn("calls are not heard of", slog.String("reason", deafText))
}

// showUp says that the PBX is followed, and whether that is of any use.
func (s *Source) showUp(version string) {
	if s.deaf {
		s.setStatus(false, deafText, version)
		return
	}
	s.setStatus(true, "", version)
}
