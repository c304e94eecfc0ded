package pbxsim

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed testdata/*.ami
var recordings embed.FS

// Script is a recorded conversation, ready to be performed by other people.
//
// It is cut into blocks at its pauses: between two blocks somebody listened to a
// ring, talked or waited, and only there does time pass in a performance.
type Script struct {
	Name   string
	legs   []scriptLeg
	agents []string   // numbers of the recorded phones, in the order in which they rang
	vars   []variable // what differs between performances
	blocks []block
}

// Agents is how many phones take part.
func (s *Script) Agents() int { return len(s.agents) }

// Blocks is how many blocks there are.
func (s *Script) Blocks() int { return len(s.blocks) }

// Pause is the recorded silence before a block.
func (s *Script) Pause(i int) time.Duration { return s.blocks[i].pause }

// Phase is where the client is after a block.
func (s *Script) Phase(i int) Phase { return s.blocks[i].phase }

type scriptLeg struct {
	channel, uniqueid string // as recorded
	device            string // "PJSIP/trunk"
	slot              int    // which agent's phone; -1 for a trunk
}

type block struct {
	pause time.Duration
	phase Phase
	steps []step
}

// Phase says what goes on between two blocks.
type Phase int

const (
	PhaseSetup Phase = iota
	PhaseWaiting
	PhaseRinging
	PhaseTalking
	PhaseOver
)

// source says who is who in one recording.
type source struct{ file, client, did, queue string }

func library() []source {
	return []source{
		{"answered", "79161234567", "74950000001", "support"},
		{"abandoned", "79161234568", "74950000001", "support"},
		{"rona", "79161234569", "74950000001", "support"},
		{"ringall", "79161234570", "74950000002", "sales"},
		{"direct_noanswer", "79161234573", "74950000003", ""},
		{"after_hours", "79161234574", "74950000005", ""},
		{"blind", "79161234575", "74950000001", "support"},
		{"outbound", "79161234577", "74950000001", ""},
	}
}

// Scripts reads the embedded recordings, by name.
func Scripts() (map[string]*Script, error) {
	out := make(map[string]*Script)
	for _, src := range library() {
		data, err := recordings.ReadFile("testdata/" + src.file + ".ami")
		if err != nil {
			return nil, fmt.Errorf("read recording %s: %w", src.file, err)
		}
		messages, err := parseRecording(data)
		if err != nil {
			return nil, fmt.Errorf("read recording %s: %w", src.file, err)
		}
		out[src.file] = newScript(src, messages)
	}
	return out, nil
}

// pauseAfter is the silence that parts two blocks; within a block a real
// Asterisk needs milliseconds.
const pauseAfter = 350 * time.Millisecond

func newScript(src source, messages []message) *Script {
	s := &Script{Name: src.file}
	s.findLegs(messages)
	names := s.newNames(src, messages)
	var last time.Duration
	for i, m := range messages {
		if dropped(m) {
			continue
		}
		if len(s.blocks) == 0 || m.at-last > pauseAfter {
			pause := m.at - last
			if i == 0 || len(s.blocks) == 0 {
				pause = 0
			}
			s.blocks = append(s.blocks, block{pause: pause})
		}
		last = m.at
		b := &s.blocks[len(s.blocks)-1]
		b.steps = append(b.steps, s.newStep(m, names))
	}
	s.setPhases()
	return s
}

// dropped are events that depend on more than this one conversation, and RTP
// reports, contact checks and a test build's own events, which would cut a talk
// into two blocks.
func dropped(m message) bool {
	if m.get("Event") == "DeviceStateChange" && strings.HasPrefix(m.get("Device"), "Queue:") {
		return true
	}
	return slices.Contains([]string{"RTCPSent", "RTCPReceived", "ContactStatus", "TestEvent"}, m.get("Event"))
}

func (s *Script) findLegs(messages []message) {
	for _, m := range messages {
		name := m.get("Channel")
		if m.get("Event") != "Newchannel" {
			continue
		}
		device := name[:strings.LastIndex(name, "-")]
		leg := scriptLeg{channel: name, uniqueid: m.get("Uniqueid"), device: device, slot: -1}
		if number := strings.TrimPrefix(device, "PJSIP/"); isNumber(number) {
			leg.slot = slices.Index(s.agents, number)
			if leg.slot < 0 {
				leg.slot = len(s.agents)
				s.agents = append(s.agents, number)
			}
		}
		s.legs = append(s.legs, leg)
	}
}

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

func (s *Script) setPhases() {
	phase := PhaseSetup
	for i := range s.blocks {
		s.blocks[i].findUnsaid()
		for _, st := range s.blocks[i].steps {
			phase = st.phaseAfter(phase)
		}
		s.blocks[i].phase = phase
	}
	s.blocks[len(s.blocks)-1].phase = PhaseOver
}

func (st *step) phaseAfter(phase Phase) Phase {
	switch st.event {
	case "QueueCallerJoin":
		return PhaseWaiting
	case "AgentCalled", "DialBegin":
		return PhaseRinging
	case "AgentRingNoAnswer":
		return PhaseWaiting
	case "BridgeEnter":
		return PhaseTalking
	case "BlindTransfer":
		return PhaseWaiting
	}
	return phase
}
