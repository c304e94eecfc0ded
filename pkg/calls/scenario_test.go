package calls

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

// TestScenarios plays each file of testdata/scenarios. A file is a table of PBX
// events, a line "---", and the call events that must come of it, one line each:
//
//	seconds kind call device queue -> state, what changed
//
// With UPDATE_SCENARIOS=1 it writes what happens as what is expected; read it before
// you commit it.
//
// The columns of an event are: seconds, event, legs, details. A leg is named by a
// letter at its first event: T=PJSIP/trunk-1.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			table, want, _ := strings.Cut(string(text), "\n---\n")
			got := playScenario(t, table)
			if os.Getenv("UPDATE_SCENARIOS") != "" {
				if err := os.WriteFile(file, []byte(table+"\n---\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// scenarioStart is second zero of every scenario.
func scenarioStart() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

func playScenario(t *testing.T, table string) string {
	t.Helper()
	s := newScript(t)
	player := NewPlayer(Options{Epoch: "test", UserOf: func(_ string, d cti.Device) cti.UserID { return s.owners[d] }})
	var out bytes.Buffer
	check := newInvariants(t)
	for lines := bufio.NewScanner(strings.NewReader(table)); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		event := s.event(strings.Fields(line))
		if event == nil {
			s.print(&out, check.events(player.core.advance(s.now)))
			continue
		}
		s.print(&out, check.events(player.Play(event)))
	}
	s.print(&out, check.events(player.Settle()))
	return out.String()
}

// script turns lines into events.
type script struct {
	t     *testing.T
	now   time.Time
	legs  map[string]*cti.Leg
	count int

	owners map[cti.Device]cti.UserID
}

func newScript(t *testing.T) *script {
	return &script{t: t, legs: map[string]*cti.Leg{}, owners: map[cti.Device]cti.UserID{}}
}

func (s *script) event(f []string) cti.PBXEvent {
	s.t.Helper()
	seconds, err := strconv.ParseFloat(f[0], 64)
	if err != nil {
		s.t.Fatalf("%v: no time", f)
	}
	s.now = scenarioStart().Add(time.Duration(seconds * float64(time.Second)))
	var names []string
	args := map[string]string{}
	for _, field := range f[2:] {
		key, value, ok := strings.Cut(field, "=")
		switch {
		case ok && len(key) == 1:
			s.create(key, value)
			names = append(names, key)
		case ok:
			args[key] = value
		default:
			names = append(names, field)
		}
	}
	return s.build(f[1], names, args)
}

func (s *script) create(name, channel string) {
	l := &cti.Leg{
		ID:   cti.LegID{PBX: "main", Uniqueid: fmt.Sprintf("1.%d", s.count)},
		Name: channel, State: cti.LegDown, Role: cti.RoleLocal,
	}
	l.Linkedid = l.ID.Uniqueid
	s.count++
	if tech, rest, _ := strings.Cut(channel, "/"); tech == "PJSIP" {
		endpoint, _, _ := strings.Cut(rest, "-")
		l.Device, l.Role = cti.Device("PJSIP/"+endpoint), cti.RoleTrunk
		if len(endpoint) == 4 {
			l.Role = cti.RolePhone
		}
	}
	if base, half, ok := strings.Cut(channel, ";"); ok {
		l.LocalPeer = base + map[string]string{"1": ";2", "2": ";1"}[half]
	}
	s.legs[name] = l
}

// leg gives the i-th leg of the line after the details have been written into it.
func (s *script) leg(names []string, i int) cti.Leg {
	if i >= len(names) || names[i] == "-" {
		return cti.Leg{}
	}
	l := s.legs[names[i]]
	if l == nil {
		s.t.Fatalf("no leg %q", names[i])
	}
	return *l
}

func (s *script) set(names []string, args map[string]string) {
	if len(names) == 0 || names[0] == "-" || s.legs[names[0]] == nil {
		return
	}
	l := s.legs[names[0]]
	for key, value := range args {
		switch key {
		case "state":
			l.State = cti.LegState(value)
		case "caller":
			l.Caller.Number = value
		case "exten":
			l.Exten = value
		case "linked":
			l.Linkedid = s.legs[value].Linkedid
		case "bridge":
			l.Bridge = value
		case "app":
			l.App = value
		case "name":
			l.Name = value
			device, _, _ := strings.Cut(value, "-")
			l.Device = cti.Device(device)
		}
	}
}

func (s *script) build(event string, names []string, args map[string]string) cti.PBXEvent {
	s.set(names, args)
	stamp := cti.Stamp{PBX: "main", At: s.now}
	first, second := s.leg(names, 0), s.leg(names, 1)
	switch event {
	case "wait":
		return nil
	case "owner":
		s.owners[cti.Device(args["device"])] = cti.UserID(args["user"])
		return nil
	case "new":
		return cti.LegCreated{Stamp: stamp, Leg: first}
	case "change":
		return cti.LegChanged{Stamp: stamp, Leg: first}
	case "hangup":
		cause, _ := strconv.Atoi(args["cause"])
		return cti.LegEnded{Stamp: stamp, Leg: first.ID, Cause: cause}
	case "hold":
		return cti.LegHeld{Stamp: stamp, Leg: first.ID}
	case "unhold":
		return cti.LegResumed{Stamp: stamp, Leg: first.ID}
	case "app":
		return cti.AppStarted{Stamp: stamp, Leg: first.ID, App: args["app"], Data: args["data"]}
	case "recorder":
		both := args["direction"] == ""
		return cti.RecorderSwitched{
			Stamp: stamp, Leg: first.ID, Switch: cti.RecorderSwitch(args["switch"]),
			Read: both || args["direction"] == "read", Write: both || args["direction"] == "write",
		}
	case "var":
		return cti.VariableSet{Stamp: stamp, Leg: first.ID, Name: args["name"], Value: args["value"]}
	case "dial":
		return cti.DialBegan{Stamp: stamp, From: first, To: second, DialString: args["string"]}
	case "dialend":
		return cti.DialEnded{Stamp: stamp, From: first, To: second, Status: cti.DialStatus(args["status"])}
	case "originated":
		return cti.OriginateAnswered{Stamp: stamp, Leg: first.ID, Success: args["ok"] == "yes"}
	}
	return s.buildMore(event, names, args)
}

func (s *script) buildMore(event string, names []string, args map[string]string) cti.PBXEvent {
	stamp := cti.Stamp{PBX: "main", At: s.now}
	first, second := s.leg(names, 0), s.leg(names, 1)
	switch event {
	case "local":
		return cti.LocalJoined{Stamp: stamp, One: first, Two: second}
	case "enter":
		return cti.BridgeEntered{Stamp: stamp, Bridge: args["in"], Type: orElse(args["type"], "basic"), Leg: first, Swap: second.ID}
	case "leave":
		return cti.BridgeLeft{Stamp: stamp, Bridge: args["in"], Leg: first}
	case "join":
		return cti.QueueJoined{Stamp: stamp, Leg: first, Queue: args["queue"], Position: 1}
	case "left":
		return cti.QueueLeft{Stamp: stamp, Leg: first, Queue: args["queue"]}
	case "abandon":
		return cti.QueueAbandoned{Stamp: stamp, Leg: first, Queue: args["queue"]}
	case "called":
		return cti.AgentOffered{Stamp: stamp, Caller: first, Agent: second, Queue: args["queue"], Interface: args["iface"]}
	case "connect":
		return cti.AgentAnswered{Stamp: stamp, Caller: first, Agent: second, Queue: args["queue"]}
	case "missed":
		return cti.AgentMissed{Stamp: stamp, Caller: first, Agent: second, Queue: args["queue"]}
	case "dump":
		return cti.AgentDumped{Stamp: stamp, Caller: first, Agent: second, Queue: args["queue"]}
	case "done":
		return cti.AgentDone{Stamp: stamp, Caller: first, Agent: second, Queue: args["queue"], Interface: args["iface"], Reason: args["reason"]}
	case "blind":
		return cti.BlindTransferred{Stamp: stamp, Result: "Success", Transferer: first, Transferee: second, Exten: args["to"]}
	case "attended":
		return cti.AttendedTransferred{Stamp: stamp, Result: "Success", First: first, Second: second, Target: s.leg(names, 2)}
	case "pickup":
		return cti.PickedUp{Stamp: stamp, Leg: first, Target: second}
	case "park":
		return cti.Parked{Stamp: stamp, Leg: first, Lot: "default", Space: args["at"]}
	case "unpark":
		return cti.ParkingEnded{Stamp: stamp, Leg: first, Reason: args["reason"]}
	}
	return s.buildLink(event, names, args)
}

func (s *script) buildLink(event string, names []string, args map[string]string) cti.PBXEvent {
	stamp := cti.Stamp{PBX: "main", At: s.now}
	switch event {
	case "down":
		return cti.LinkDown{Stamp: stamp, Reason: "test"}
	case "up":
		return cti.LinkUp{Stamp: stamp}
	case "snapshot":
		snapshot := cti.Snapshot{Stamp: stamp, Restarted: args["restarted"] == "yes"}
		for i := range names {
			snapshot.Legs = append(snapshot.Legs, s.leg(names, i))
		}
		if name, queue, ok := strings.Cut(args["waiting"], ":"); ok {
			snapshot.Waiting = []cti.QueueEntry{{Queue: queue, Leg: s.legs[name].ID, Position: 1, Since: s.now.Add(-3 * time.Second)}}
		}
		return snapshot
	}
	s.t.Fatalf("no event %q", event)
	return nil
}

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}

// print writes one line per event.
func (s *script) print(out *bytes.Buffer, events []cti.CallEvent) {
	for _, e := range events {
		line := fmt.Sprintf("%-5.1f %-17s %s", e.At.Sub(scenarioStart()).Seconds(), e.Kind, strings.TrimPrefix(string(e.Call.ID), "main:"))
		for _, part := range []string{string(e.Device), e.Queue} {
			if part != "" {
				line += " " + part
			}
		}
		fmt.Fprintln(out, strings.TrimRight(line+" -> "+string(e.Call.State)+s.detail(e), " "))
	}
}

func (s *script) detail(e cti.CallEvent) string {
	c := e.Call
	switch e.Kind {
	case cti.CallStarted, cti.CallChanged:
		return fmt.Sprintf(", %s %s did=%s %s", c.Direction, c.Client.Number, c.DID, c.Certainty)
	case cti.OfferStarted, cti.OfferEnded:
		o, _ := c.OfferTo(e.Device)
		text := fmt.Sprintf(", %s via %s", orElse(string(o.Result), "open"), o.Via)
		for _, part := range []string{o.Reason, string(o.By)} {
			if part != "" {
				text += " " + part
			}
		}
		return fmt.Sprintf("%s, attempt %d", text, o.Attempts)
	case cti.VisitEnded:
		for i := len(c.Visits) - 1; i >= 0; i-- {
			if v := c.Visits[i]; v.Queue == e.Queue {
				return fmt.Sprintf(", %s after %.1f", v.Outcome, v.Wait(e.At).Seconds())
			}
		}
	case cti.TalkEnded, cti.HoldEnded:
		talk, ok := c.TalkOf(e.Device)
		if !ok {
			return ""
		}
		return fmt.Sprintf(", %.1f s, %s", talk.Seconds(e.At), orElse(talk.EndedBy, "goes on"))
	case cti.TransferDone:
		tr := c.Transfers[len(c.Transfers)-1]
		return fmt.Sprintf(", %s to %s %s", tr.Kind, tr.To, tr.Result)
	case cti.RecordingStarted, cti.RecordingSwitched:
		return ", recording " + orElse(string(c.Recording), "off")
	case cti.CallMerged:
		return ", was " + strings.TrimPrefix(string(e.Merged), "main:")
	case cti.CallFinished:
		return fmt.Sprintf(", %s %s %s, missed %v, %s", c.Direction, c.Client.Number, c.Outcome, c.Missed, c.Certainty)
	}
	return ""
}
