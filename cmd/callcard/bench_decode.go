package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"callcard/connector/ami"
	"callcard/connector/asterisk"
	"callcard/connector/pbxsim"
	"callcard/pkg/calls"
	"callcard/pkg/cti"
	"callcard/pkg/phone"
)

// decodeResult is how fast one core turns recorded bytes into calls.
type decodeResult struct {
	Events          int     `json:"events"`
	BytesPerEvent   float64 `json:"bytes_per_event"`
	EventsPerSecond float64 `json:"events_per_second"`
	DecodePerSecond float64 `json:"decode_events_per_second"`
	Calls           int     `json:"calls"` // that ended, by the tracker's count
}

const decodeRounds = 3

// fastestPBX is the time between two events of the fastest burst of an Asterisk
// (28,400 events/s). Calls settle and end by this clock.
const fastestPBX = time.Second / 28_400

// benchDecode runs the same bytes through decoder, translator and tracker on one
// core and takes the median of a few rounds. The time is the processor's: a busy
// machine makes it no slower.
func benchDecode(ctx context.Context, events int) (*decodeResult, error) {
	data, played, err := recordedTraffic(events)
	if err != nil {
		return nil, err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var whole, alone []float64
	result := &decodeResult{Events: played, BytesPerEvent: float64(len(data)) / float64(played)}
	for range decodeRounds {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		took, err := processorTime(func() error { _, err := decodeOnly(data); return err })
		if err != nil {
			return nil, err
		}
		alone = append(alone, float64(played)/took.Seconds())
		took, err = processorTime(func() error { _, result.Calls, err = decodeAndTrack(data); return err })
		if err != nil {
			return nil, err
		}
		whole = append(whole, float64(played)/took.Seconds())
	}
	slices.Sort(whole)
	slices.Sort(alone)
	result.EventsPerSecond, result.DecodePerSecond = whole[len(whole)/2], alone[len(alone)/2]
	return result, nil
}

// processorTime is what do cost this process, garbage collection included.
func processorTime(do func() error) (time.Duration, error) {
	runtime.GC()
	var before, after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	if err := do(); err != nil {
		return 0, err
	}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	used := func(u syscall.Rusage) int64 { return u.Utime.Nano() + u.Stime.Nano() }
	return time.Duration(used(after) - used(before)), nil
}

// recordedTraffic is the recordings renumbered, a few hundred calls at a time,
// as the one stream of a busy PBX with every event class on.
func recordedTraffic(events int) (data []byte, played int, err error) {
	phones := benchPhones(600)
	exchange, err := pbxsim.New(pbxsim.Options{Addr: "127.0.0.1:0", System: benchPBX, Trunk: benchTrunk, Phones: phones})
	if err != nil {
		return nil, 0, err
	}
	defer exchange.Close()
	scripts := []string{"answered", "abandoned", "ringall", "rona", "blind", "attended_late", "direct_answered", "outbound"}
	var live []*pbxsim.Call
	for made := 0; played < events || len(live) > 0; {
		for len(live) < 200 && played < events {
			at := made * 3 % len(phones)
			live = append(live, exchange.NewCall(exchange.Script(scripts[made%len(scripts)]), pbxsim.Cast{
				Client: benchClient(made), DID: benchDID, Queue: "support", Phones: phones[at : at+3],
			}))
			made++
		}
		i := played % len(live)
		var n int
		data, n = live[i].Render(data)
		played += n
		if !live[i].More() {
			live = slices.Delete(live, i, i+1)
		}
	}
	return data, played, nil
}

func decodeOnly(data []byte) (events int, err error) {
	r := ami.NewReader(bytes.NewReader(data), ami.Limits{})
	for {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return events, nil
		} else if err != nil {
			return events, err
		}
		events++
	}
}

// decodeAndTrack is what the daemon does between the socket and its subscribers.
func decodeAndTrack(data []byte) (events, ended int, err error) {
	translator, err := asterisk.NewTranslator(asterisk.TranslatorOptions{PBX: benchPBX, Naming: asterisk.NamingOptions{Trunks: []string{benchTrunk}}})
	if err != nil {
		return 0, 0, err
	}
	plan, err := phone.New("RU", "2-5")
	if err != nil {
		return 0, 0, err
	}
	player := calls.NewPlayer(calls.Options{Epoch: "bench", Normalize: plan.Parse})
	r, start := ami.NewReader(bytes.NewReader(data), ami.Limits{}), time.Now()
	for {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			return events, ended, nil
		}
		m.At = start.Add(time.Duration(events) * fastestPBX)
		if err != nil {
			return events, ended, err
		}
		events++
		event, err := translator.Translate(m)
		if err != nil && !errors.Is(err, asterisk.ErrUnknownEvent) {
			return events, ended, fmt.Errorf("translate %s: %w", m.Event(), err)
		}
		if event == nil {
			continue
		}
		for _, e := range player.Play(event) {
			if e.Kind == cti.CallFinished {
				ended++
			}
		}
	}
}

const (
	benchPBX       = "bench"
	benchTrunk     = "PJSIP/trunk"
	benchDID       = "74950000001"
	maxBenchAgents = 15_000
)

// benchPhones are numbered from 10000 on: extensions of five digits.
func benchPhones(n int) []pbxsim.Phone {
	out := make([]pbxsim.Phone, n)
	for i := range out {
		number := strconv.Itoa(10_000 + i)
		out[i] = pbxsim.Phone{Device: "PJSIP/" + number, Number: number, Name: "Agent " + number}
	}
	return out
}

// benchClient is one of ten thousand callers.
func benchClient(i int) string { return fmt.Sprintf("7916%07d", i%10_000) }
