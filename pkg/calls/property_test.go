package calls

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// conversations are the scenario files as events, the raw material of the properties.
func conversations(t *testing.T) [][]cti.PBXEvent {
	t.Helper()
	files, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	var all [][]cti.PBXEvent
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		table, _, _ := strings.Cut(string(text), "\n---\n")
		s := newScript(t)
		s.count = 1000 * i
		var events []cti.PBXEvent
		for lines := bufio.NewScanner(strings.NewReader(table)); lines.Scan(); {
			line, _, _ := strings.Cut(lines.Text(), "#")
			if strings.TrimSpace(line) == "" {
				continue
			}
			if event := s.event(strings.Fields(line)); event != nil && !wholePBX(event) {
				events = append(events, event)
			}
		}
		all = append(all, events)
	}
	return all
}

// wholePBX events speak of all calls at once; the property adds its own.
func wholePBX(event cti.PBXEvent) bool {
	switch event.(type) {
	case cti.Snapshot, cti.LinkDown, cti.LinkUp:
		return true
	}
	return false
}

// TestAnythingMayHappen mixes conversations in any order, cuts them anywhere, loses,
// repeats and swaps events. Whatever comes: no panic, versions without gaps, one
// terminal event, and nothing left once the PBX lists no channel.
func TestAnythingMayHappen(t *testing.T) {
	t.Parallel()
	all := conversations(t)
	rapid.Check(t, func(rt *rapid.T) {
		player := NewPlayer(Options{Epoch: "test"})
		check := newInvariants(rt)
		now := scenarioStart()
		for _, event := range mixed(rt, all) {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(rt, "ms")) * time.Millisecond)
			check.events(player.core.advance(now))
			check.events(player.Play(event))
			if rapid.IntRange(0, 30).Draw(rt, "interruption") == 0 {
				check.events(player.Play(cti.LinkDown{Stamp: cti.Stamp{PBX: "main", At: now}}))
				check.events(player.Play(survivors(rt, player, now)))
			}
		}
		now = player.Now().Add(time.Second)
		check.events(player.Play(cti.Snapshot{Stamp: cti.Stamp{PBX: "main", At: now}}))
		check.events(player.core.advance(now.Add(10 * time.Second)))
		check.quiet(player.core)
	})
}

// survivors is a snapshot that lists some of the live legs.
func survivors(rt *rapid.T, player *Player, now time.Time) cti.Snapshot {
	s := cti.Snapshot{Stamp: cti.Stamp{PBX: "main", At: now}}
	ids := slices.SortedFunc(maps.Keys(player.core.legs), func(a, b cti.LegID) int { return strings.Compare(a.Uniqueid, b.Uniqueid) })
	for _, id := range ids {
		if l := player.core.legs[id]; rapid.IntRange(0, 3).Draw(rt, "survives") > 0 {
			leg := l.Leg
			if l.bridge != nil && rapid.Bool().Draw(rt, "bridged") {
				leg.Bridge = l.bridge.id.name
			}
			if rapid.IntRange(0, 4).Draw(rt, "waits") == 0 {
				s.Waiting = append(s.Waiting, cti.QueueEntry{Queue: "support", Leg: id, Since: now.Add(-time.Second)})
			}
			s.Legs = append(s.Legs, leg)
		}
	}
	return s
}

// mixed draws a stream from several conversations, each in its own order but with
// parts missing and parts doubled.
func mixed(rt *rapid.T, all [][]cti.PBXEvent) []cti.PBXEvent {
	var streams [][]cti.PBXEvent
	for range rapid.IntRange(1, 4).Draw(rt, "conversations") {
		events := slices.Clone(all[rapid.IntRange(0, len(all)-1).Draw(rt, "conversation")])
		from := rapid.IntRange(0, len(events)).Draw(rt, "from")
		to := rapid.IntRange(from, len(events)).Draw(rt, "to")
		streams = append(streams, damaged(rt, events[from:to]))
	}
	var stream []cti.PBXEvent
	for len(streams) > 0 {
		i := rapid.IntRange(0, len(streams)-1).Draw(rt, "next")
		if len(streams[i]) == 0 {
			streams = slices.Delete(streams, i, i+1)
			continue
		}
		stream = append(stream, streams[i][0])
		streams[i] = streams[i][1:]
	}
	return stream
}

func damaged(rt *rapid.T, events []cti.PBXEvent) []cti.PBXEvent {
	var out []cti.PBXEvent
	for _, event := range events {
		switch rapid.IntRange(0, 19).Draw(rt, "fate") {
		case 0:
		case 1:
			out = append(out, event, event)
		case 2:
			out = append([]cti.PBXEvent{event}, out...)
		default:
			out = append(out, event)
		}
	}
	return out
}

// TestRestartsAtAnyMoment stops the tracker anywhere, restores its calls in a new one
// and goes on there, with or without a snapshot that lists some of the legs.
func TestRestartsAtAnyMoment(t *testing.T) {
	t.Parallel()
	all := conversations(t)
	rapid.Check(t, func(rt *rapid.T) {
		stream := mixed(rt, all)
		cut := rapid.IntRange(0, len(stream)).Draw(rt, "cut")
		before, after := NewPlayer(Options{}), NewPlayer(Options{})
		for _, event := range stream[:cut] {
			before.Play(event)
		}
		check := newInvariants(rt)
		now := before.Now().Add(time.Second)
		for _, saved := range liveDocuments(before) {
			doc, ok := after.core.restore(&saved, now)
			if !ok {
				rt.Errorf("%s was not restored", saved.ID)
			}
			check.version[doc.ID] = doc.Version
		}
		if rapid.Bool().Draw(rt, "snapshot") {
			check.events(after.Play(survivors(rt, before, now)))
		}
		for _, event := range stream[cut:] {
			check.events(after.Play(event))
		}
		check.events(after.Play(cti.Snapshot{Stamp: cti.Stamp{PBX: "main", At: after.Now().Add(time.Second)}}))
		check.events(after.core.advance(after.Now().Add(10 * time.Second)))
		check.quiet(after.core)
	})
}

func liveDocuments(p *Player) (live []cti.Call) {
	for id, c := range p.core.ids {
		if c.doc.ID == id {
			live = append(live, c.document())
		}
	}
	return live
}

// TestDoubledEventsChangeNothing: what follows a snapshot may repeat what it held,
// so every event twice must give the same calls as once.
func TestDoubledEventsChangeNothing(t *testing.T) {
	t.Parallel()
	for i, events := range conversations(t) {
		once, twice := NewPlayer(Options{}), NewPlayer(Options{})
		want, got := lastDocuments(once, events, 1), lastDocuments(twice, events, 2)
		for id, c := range want {
			d := got[id]
			if c.Outcome != d.Outcome || len(c.Offers) != len(d.Offers) || len(c.Talks) != len(d.Talks) || len(c.Visits) != len(d.Visits) {
				t.Errorf("conversation %d, call %s: once %s %d %d %d, twice %s %d %d %d", i, id,
					c.Outcome, len(c.Offers), len(c.Talks), len(c.Visits), d.Outcome, len(d.Offers), len(d.Talks), len(d.Visits))
			}
		}
	}
}

func lastDocuments(p *Player, events []cti.PBXEvent, times int) map[cti.CallID]cti.Call {
	docs := map[cti.CallID]cti.Call{}
	keep := func(events []cti.CallEvent) {
		for _, e := range events {
			docs[e.Call.ID] = e.Call
		}
	}
	for _, event := range events {
		for range times {
			keep(p.Play(event))
		}
	}
	keep(p.Settle())
	return docs
}

// TestPublishedDocumentsNeverChange compares each published call with a copy made
// at the time.
func TestPublishedDocumentsNeverChange(t *testing.T) {
	t.Parallel()
	type copied struct{ doc, deep cti.Call }
	for _, events := range conversations(t) {
		player := NewPlayer(Options{})
		var kept []copied
		for _, event := range events {
			for _, e := range player.Play(event) {
				kept = append(kept, copied{e.Call, deepCopy(e.Call)})
			}
		}
		for _, c := range kept {
			if !sameCall(c.doc, c.deep) {
				t.Fatalf("%s version %d was changed after it was published", c.doc.ID, c.doc.Version)
			}
		}
	}
}

func deepCopy(c cti.Call) cti.Call {
	c.Offers, c.Visits, c.Talks = slices.Clone(c.Offers), slices.Clone(c.Visits), slices.Clone(c.Talks)
	c.Linkedids, c.Aliases, c.Legs = slices.Clone(c.Linkedids), slices.Clone(c.Aliases), slices.Clone(c.Legs)
	return c
}

func sameCall(a, b cti.Call) bool {
	return slices.Equal(a.Offers, b.Offers) && slices.Equal(a.Visits, b.Visits) && slices.Equal(a.Talks, b.Talks) &&
		slices.Equal(a.Linkedids, b.Linkedids) && slices.Equal(a.Aliases, b.Aliases) && slices.Equal(a.Legs, b.Legs)
}
