package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/connector/asterisk"
	"callcard/pkg/calls"
	"callcard/pkg/cti"
	"callcard/pkg/phone"
)

// recordedEvents reads every recording as domain events.
func recordedEvents(t testing.TB) [][]cti.PBXEvent {
	t.Helper()
	files, err := filepath.Glob(recordedCalls + "/*/*.ami")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings in %s: %v", recordedCalls, err)
	}
	var all [][]cti.PBXEvent
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		translator, err := asterisk.NewTranslator(asterisk.TranslatorOptions{PBX: "main"})
		if err != nil {
			t.Fatal(err)
		}
		var events []cti.PBXEvent
		for event, err := range asterisk.Replay(bytes.NewReader(data), translator) {
			if _, whole := event.(cti.Snapshot); err == nil && !whole {
				events = append(events, event)
			}
		}
		all = append(all, events)
	}
	return all
}

// TestRecordedCallsInAnyOrder mixes recorded conversations, cuts them anywhere and
// doubles events. No call may stay once the PBX lists no channel, none may end twice,
// and its versions have no gap.
func TestRecordedCallsInAnyOrder(t *testing.T) {
	t.Parallel()
	all := recordedEvents(t)
	rapid.Check(t, func(rt *rapid.T) {
		plan, err := phone.New("", "")
		if err != nil {
			rt.Fatal(err)
		}
		player := calls.NewPlayer(calls.Options{Normalize: plan.Parse})
		check := streamCheck{rt: rt, version: map[cti.CallID]int{}, over: map[cti.CallID]bool{}}
		for _, event := range mixedEvents(rt, all) {
			check.take(player.Play(event))
		}
		now := player.Now().Add(time.Second)
		check.take(player.Play(cti.Snapshot{Stamp: cti.Stamp{PBX: "main", At: now}}))
		check.take(player.Settle())
		for id := range check.version {
			if !check.over[id] {
				rt.Errorf("call %s never ends", id)
			}
		}
	})
}

func mixedEvents(rt *rapid.T, all [][]cti.PBXEvent) []cti.PBXEvent {
	var streams [][]cti.PBXEvent
	one := rapid.IntRange(0, len(all)-1)
	for _, i := range rapid.SliceOfNDistinct(one, 1, 4, rapid.ID[int]).Draw(rt, "conversations") {
		events := all[i]
		from := rapid.IntRange(0, len(events)).Draw(rt, "from")
		streams = append(streams, events[from:rapid.IntRange(from, len(events)).Draw(rt, "to")])
	}
	var stream []cti.PBXEvent
	for len(streams) > 0 {
		i := rapid.IntRange(0, len(streams)-1).Draw(rt, "next")
		n := min(len(streams[i]), rapid.IntRange(1, 12).Draw(rt, "run"))
		for _, event := range streams[i][:n] {
			stream = append(stream, event)
			if rapid.IntRange(0, 15).Draw(rt, "doubled") == 0 {
				stream = append(stream, event)
			}
		}
		if streams[i] = streams[i][n:]; len(streams[i]) == 0 {
			streams = slices.Delete(streams, i, i+1)
		}
	}
	return stream
}

type streamCheck struct {
	rt      *rapid.T
	version map[cti.CallID]int
	over    map[cti.CallID]bool
}

func (s *streamCheck) take(events []cti.CallEvent) {
	for _, e := range events {
		id := e.Call.ID
		if s.over[id] {
			s.rt.Errorf("%s of %s after its end", e.Kind, id)
		}
		if e.Call.Version != s.version[id]+1 {
			s.rt.Errorf("%s: version %d follows %d", id, e.Call.Version, s.version[id])
		}
		s.version[id] = e.Call.Version
		if e.Kind == cti.CallMerged {
			s.over[e.Merged] = true
		}
		if e.Kind == cti.CallFinished {
			s.over[id] = true
		}
	}
}

// FuzzReplay feeds damaged recordings through framing, translation and tracking.
func FuzzReplay(f *testing.F) {
	for _, name := range []string{"blind", "ringall", "outbound"} {
		data, err := os.ReadFile(filepath.Join("testdata/traces", name+".ami"))
		if err != nil {
			f.Fatal(err)
		}
		start := bytes.Index(data, []byte("Event: Newchannel"))
		f.Add(data[start:min(len(data), start+4000)])
	}
	opts := replayOptions{Translator: asterisk.TranslatorOptions{PBX: "main"}}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := replay(context.Background(), bytes.NewReader(data), io.Discard, opts); err != nil {
			t.Skip(err)
		}
	})
}

// BenchmarkTrack is the tracker alone on the recorded conversations, renumbered by
// nothing but time: each round ends all its calls.
func BenchmarkTrack(b *testing.B) {
	var events []cti.PBXEvent
	for _, conversation := range recordedEvents(b) {
		events = append(events, conversation...)
	}
	plan, err := phone.New("", "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		player := calls.NewPlayer(calls.Options{Normalize: plan.Parse})
		for _, event := range events {
			player.Play(event)
		}
		player.Settle()
	}
	b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkDecodeAndTrack is the whole way from bytes to calls on unfiltered AMI.
func BenchmarkDecodeAndTrack(b *testing.B) {
	files, err := filepath.Glob("testdata/traces/*.ami")
	if err != nil || len(files) == 0 {
		b.Fatal("no traces", err)
	}
	var data []byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		data = append(data, text...)
	}
	count := bytes.Count(data, []byte("\nEvent: "))
	plan, err := phone.New("", "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		translator, err := asterisk.NewTranslator(asterisk.TranslatorOptions{PBX: "main"})
		if err != nil {
			b.Fatal(err)
		}
		player := calls.NewPlayer(calls.Options{Normalize: plan.Parse})
		for event, err := range asterisk.Replay(bytes.NewReader(data), translator) {
			if err == nil {
				player.Play(event)
			}
		}
	}
	b.ReportMetric(float64(b.N*count)/b.Elapsed().Seconds(), "events/s")
}
