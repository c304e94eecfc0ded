package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// told is one message of a recording, read without our own reader: the last value
// of each header.
type told map[string]string

func tell(text string) (out []told) {
	for block := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		m := told{}
		for line := range strings.Lines(block) {
			if stamp, ok := strings.CutPrefix(line, "#T "); ok {
				m["#T"] = strings.TrimSpace(stamp)
			} else if name, value, ok := strings.Cut(line, ":"); ok {
				m[name] = strings.TrimSpace(value)
			}
		}
		out = append(out, m)
	}
	return out
}

// at is Asterisk's own clock where the event carries it, else that of the capture.
func (m told) at() float64 {
	for _, name := range []string{"Timestamp", "#T"} {
		if at, err := strconv.ParseFloat(m[name], 64); err == nil {
			return at
		}
	}
	return math.NaN()
}

// room is who can hear whom: channels in bridges, joined through Local channels.
type room struct {
	bridge map[string]string // by channel
	local  map[string]string // the other half
	held   map[string]bool   // a phone that said Hold
}

func (r *room) take(m told) {
	channel := m["Channel"]
	switch m["Event"] {
	case "BridgeEnter":
		if m["BridgeType"] != "holding" {
			r.bridge[channel] = m["BridgeUniqueid"]
		}
	case "BridgeLeave":
		if r.bridge[channel] == m["BridgeUniqueid"] {
			delete(r.bridge, channel)
		}
	case "BridgeMerge":
		for c, b := range r.bridge {
			if b == m["FromBridgeUniqueid"] {
				r.bridge[c] = m["ToBridgeUniqueid"]
			}
		}
	case "LocalBridge":
		one, two := m["LocalOneChannel"], m["LocalTwoChannel"]
		r.local[one], r.local[two] = two, one
	case "Hold":
		r.held[channel] = true
	case "Unhold":
		delete(r.held, channel)
	case "Hangup":
		delete(r.bridge, channel)
		delete(r.held, channel)
	}
}

// hears lists the devices of the phones a trunk's channel is connected with.
func (r *room) hears(trunk string) (devices []string) {
	seen, open := map[string]bool{}, []string{trunk}
	for len(open) > 0 {
		channel := open[0]
		open = open[1:]
		if seen[channel] {
			continue
		}
		seen[channel] = true
		if other, ok := r.local[channel]; ok {
			open = append(open, other)
		}
		for c, b := range r.bridge {
			if c != channel && b == r.bridge[channel] {
				open = append(open, c)
			}
		}
		if device := deviceOf(channel); isExtension(device) && !r.held[channel] && !slices.Contains(devices, device) {
			devices = append(devices, device)
		}
	}
	return devices
}

func deviceOf(channel string) string {
	if at := strings.LastIndex(channel, "-"); at > 0 {
		return channel[:at]
	}
	return channel
}

func isExtension(device string) bool {
	number, ok := strings.CutPrefix(device, "PJSIP/")
	_, err := strconv.Atoi(number)
	return ok && err == nil
}

// heard adds up how long each phone was connected with any outside line.
func heard(messages []told) map[string]float64 {
	r := &room{bridge: map[string]string{}, local: map[string]string{}, held: map[string]bool{}}
	out, last := map[string]float64{}, math.NaN()
	for _, m := range messages {
		now := m.at()
		if math.IsNaN(now) {
			continue
		}
		if !math.IsNaN(last) && now > last {
			for trunk := range r.bridge {
				if !strings.HasPrefix(trunk, "PJSIP/trunk") {
					continue
				}
				for _, device := range r.hears(trunk) {
					out[device] += now - last
				}
			}
		}
		last = now
		r.take(m)
	}
	return out
}

// waited adds up how long callers were in each queue and with nobody.
func waited(messages []told) map[string]float64 {
	type place struct{ caller, queue string }
	since, out := map[place]float64{}, map[string]float64{}
	for _, m := range messages {
		for p, joined := range since {
			left := m["Event"] == "QueueCallerLeave" && m["Queue"] == p.queue
			taken := m["Event"] == "BridgeEnter" && m["BridgeType"] != "holding"
			if m["Uniqueid"] == p.caller && (left || taken) {
				out[p.queue] += m.at() - joined
				delete(since, p)
			}
		}
		if m["Event"] == "QueueCallerJoin" {
			since[place{m["Uniqueid"], m["Queue"]}] = m.at()
		}
	}
	return out
}

// TestSecondsAgreeWithBridges holds the talk of every agent and the wait in every queue
// against a second reckoning that knows nothing of calls, legs or transfers: an agent
// talks while his phone can hear an outside line and has not said Hold, a caller waits
// from QueueCallerJoin to QueueCallerLeave, or until he meets somebody.
func TestSecondsAgreeWithBridges(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../connector/asterisk/testdata/*/*.ami")
	if err != nil {
		t.Fatal(err)
	}
	talks, waits := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		talked, queued := map[string]float64{}, map[string]float64{}
		for _, c := range replayedCalls(t, data) {
			if c.Direction == "internal" {
				continue
			}
			for _, talk := range c.Talk {
				talked[talk.Agent] += talk.Seconds
			}
			for _, visit := range c.Visits {
				queued[visit.Queue] += visit.Wait
			}
		}
		messages := tell(string(data))
		talks += agree(t, file+": talk of", talked, heard(messages))
		waits += agree(t, file+": wait in", queued, waited(messages))
	}
	t.Logf("%d talks and %d waits of %d recordings compared", talks, waits, len(files))
	if talks < 120 || waits < 100 {
		t.Errorf("only %d talks and %d waits could be compared", talks, waits)
	}
}

// agree compares to a tenth of a second: bridges are entered one channel at a time.
func agree(t *testing.T, what string, ours, theirs map[string]float64) (compared int) {
	t.Helper()
	for key := range theirs {
		if _, ok := ours[key]; !ok {
			ours[key] = 0
		}
	}
	for key, seconds := range ours {
		compared++
		if math.Abs(seconds-theirs[key]) > 0.1 {
			t.Errorf("%s %s: %.2f s, by the bridges %.2f s", what, key, seconds, theirs[key])
		}
	}
	return compared
}
