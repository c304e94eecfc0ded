package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"callcard/connector/pbxsim"
	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// burstResult is what became of calls that all began at once. The bytes are those of
// recorded calls, renumbered, with every event class, and come as fast as from the fastest
// Asterisk seen; like it the exchange lets a client go whose socket is full for 100 ms.
type burstResult struct {
	Calls           int     `json:"calls"`
	Events          int     `json:"events"`
	EventsPerSecond float64 `json:"events_per_second"`
	Disconnects     int     `json:"disconnects"` // of the daemon, by the exchange
	Wrong           int     `json:"wrong_calls"` // missing in the archive, or not as they were played
	Missing         int     `json:"cards_missing"`
	Extra           int     `json:"cards_extra"`
	P50             float64 `json:"p50_ms"` // from the bytes to the card
	P99             float64 `json:"p99_ms"`
}

// asteriskWriteTimeout is the default of writetimeout in manager.conf.
const asteriskWriteTimeout = 100 * time.Millisecond

// burstBlock is what a call says at one moment.
type burstBlock struct {
	data   []byte
	events int
	rings  int // whose phone it makes ring, -1 for nobody's
}

// burstTraffic is one call to each of the first n phones, all at once: every step of all
// calls before the next step of any.
func (d *driver) burstTraffic(n int) []burstBlock {
	calls := make([]*pbxsim.Call, n)
	for i := range calls {
		calls[i] = d.pbx.NewCall(d.pbx.Script("answered"), pbxsim.Cast{
			Client: benchClient(i), DID: benchDID, Queue: benchQueue(i), Phones: d.phones[i : i+1],
		})
	}
	var blocks []burstBlock
	for step := 0; calls[0].More(); step++ {
		for i, call := range calls {
			b := burstBlock{rings: -1}
			b.data, b.events = call.Render(nil)
			if step == 1 { // as in driver.one
				b.rings = i
			}
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// send plays the blocks at a rate, in the steps of a timer; 0 is as fast as they are
// taken. It returns when the last one was given to the socket.
func (d *driver) send(ctx context.Context, blocks []burstBlock, rate float64) (events int, took time.Duration, err error) {
	start, last := time.Now(), make(chan time.Time, len(blocks)) // each block's moment once
	for i, b := range blocks {
		if rate > 0 {
			if due := time.Duration(float64(events) / rate * float64(time.Second)); time.Since(start) < due {
				if err := benchWait(ctx, due-time.Since(start)); err != nil {
					return events, 0, err
				}
			}
		}
		wrote := func(at time.Time) {
			if b.rings >= 0 {
				d.agents.rings(b.rings, at)
			}
			if i == len(blocks)-1 {
				last <- at
			}
		}
		d.pbx.Send(b.data, b.events, wrote)
		events += b.events
	}
	select {
	case at := <-last:
		return events, at.Sub(start), nil
	case <-ctx.Done():
		return events, 0, ctx.Err()
	case <-time.After(idlePatience):
		return events, 0, errors.New("play the burst: nobody takes it")
	}
}

// benchBurst has a whole daemon take the burst, with a browser for every agent.
func benchBurst(ctx context.Context, o benchOptions) (result *burstResult, err error) {
	o.All = true
	d, err := newDriver(o, o.Burst)
	if err != nil {
		return nil, err
	}
	err = d.run(ctx, func(ctx context.Context) error {
		in, err := newInstallation(filepath.Join(o.Dir, "burst"), d.pbx.Addr())
		if err != nil {
			return err
		}
		if err := in.seed(ctx, o.Burst, 0); err != nil {
			return err
		}
		p, err := in.start(ctx, "")
		if err != nil {
			return err
		}
		defer p.stop()
		defer d.agents.close()
		if err := d.agents.connectWithin(ctx, idlePatience, in.websocket); err != nil {
			return err
		}
		if err := d.agents.calm(ctx); err != nil {
			return err
		}
		result, err = d.burst(ctx, in, o.Burst)
		return err
	})
	return result, err
}

func (d *driver) burst(ctx context.Context, in installation, calls int) (*burstResult, error) {
	blocks := d.burstTraffic(calls)
	r := &burstResult{Calls: calls}
	var took time.Duration
	var err error
	if r.Events, took, err = d.send(ctx, blocks, 1/fastestPBX.Seconds()); err != nil {
		return nil, err
	}
	r.EventsPerSecond = float64(r.Events) / took.Seconds()
	d.agents.settle(ctx)
	var cards runResult
	d.agents.report(&cards)
	r.Disconnects, r.Missing, r.Extra, r.P50, r.P99 = d.pbx.Cut(), cards.Missing, cards.Extra, cards.P50, cards.P99
	r.Wrong, err = in.wrongCalls(ctx, d, calls)
	return r, err
}

// wrongCalls waits until the archive holds every call, and compares them with what was
// played.
func (in installation) wrongCalls(ctx context.Context, d *driver, calls int) (wrong int, err error) {
	db, err := store.Open(ctx, in.database)
	if err != nil {
		return 0, fmt.Errorf("open the database: %w", err)
	}
	defer db.Close()
	for range 30 {
		if wrong, err = wrongIn(ctx, db, d, calls); err != nil || wrong == 0 {
			return wrong, err
		}
		if err := benchWait(ctx, time.Second); err != nil {
			return wrong, err
		}
	}
	return wrong, nil
}

func wrongIn(ctx context.Context, db *store.Store, d *driver, calls int) (int, error) {
	right := make(map[int]bool, calls)
	byNumber := make(map[string]int, calls)
	for i := range calls {
		byNumber["+"+benchClient(i)] = i
	}
	total := 0
	for filter := (cti.CallFilter{Limit: 200}); ; {
		records, next, err := db.Calls(ctx, filter)
		if err != nil {
			return 0, fmt.Errorf("read the archive: %w", err)
		}
		for _, record := range records {
			total++
			if i, known := byNumber[record.Client.Number]; known && burstRight(record.Call, d.phones[i].Device) {
				right[i] = true
			}
		}
		if filter.Cursor = next; next == "" {
			return max(calls, total) - len(right), nil
		}
	}
}

// burstRight: the call was seen whole, and the one agent who was rung talked.
func burstRight(c cti.Call, device string) bool {
	return !c.Ended.IsZero() && c.Outcome == cti.OutcomeAnswered && c.Certainty == cti.Observed && len(c.Linkedids) == 1 &&
		len(c.Offers) == 1 && c.Offers[0].Result == cti.OfferAccepted && c.Offers[0].Device == cti.Device(device) &&
		len(c.Talks) == 1 && c.Talks[0].Device == cti.Device(device) && len(c.Visits) == 1 && c.Visits[0].Outcome == cti.VisitAnswered
}
