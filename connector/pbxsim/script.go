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
	Name       string
	legs       []scriptLeg
	agents     []string // numbers of the recorded phones, in the order in which they rang
	agentNames []string
	vars       []variable // what differs between performances
	blocks     []block
}

// Pause is the recorded silence before a block.
func (s *Script) Pause(i int) time.Duration { return s.blocks[i].pause }

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
type source struct {
	file, client, did, queue string
	clientName               string // as the network gave it, when it did
	system, monitor          string // systemname and monitor directory
}

func library() []source {
	const lab, dir = "lab1", "/var/spool/asterisk-lab/monitor"
	return []source{
		{"answered", "79161234567", "74950000001", "support", "", lab, dir},
		{"abandoned", "79161234568", "74950000001", "support", "", lab, dir},
		{"rona", "79161234569", "74950000001", "support", "", lab, dir},
		{"ringall", "79161234570", "74950000002", "sales", "", lab, dir},
		{"direct_noanswer", "79161234573", "74950000003", "", "", lab, dir},
		{"after_hours", "79161234574", "74950000005", "", "", lab, dir},
		{"blind", "79161234575", "74950000001", "support", "", lab, dir},
		{"outbound", "79161234577", "74950000001", "", "", lab, dir},
		{"attended_late", "79161234567", "74950000001", "support", "Client", "pbx22", "/var/lib/callcard-lab/127.45.58.0/spool/monitor"},
		{"direct_answered", "79161234567", "74950000003", "", "Client", "pbx22", "/var/lib/callcard-lab/127.204.188.0/spool/monitor"},
		{"internal", "", "", "", "", "pbx22", ""},
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
// Asterisk needs milliseconds, or the quarter of a second of an attended
// transfer's digits.
const pauseAfter = 250 * time.Millisecond

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
		if st := s.newStep(m, names); !b.repeats(&st) {
			b.steps = append(b.steps, st)
		}
	}
	s.setPhases()
	return s
}

// repeats reports whether a member's new state was told already in this block:
// the recorded phone was in several queues, and a performance has its own.
func (b *block) repeats(st *step) bool {
	return st.member && (len(st.slots) == 0 || slices.ContainsFunc(b.steps, func(other step) bool {
		return other.member && slices.Equal(other.slots, st.slots) && other.status == st.status
	}))
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
			leg.slot = s.agent(number, m.get("CallerIDName"))
		}
		s.legs = append(s.legs, leg)
	}
}

func (s *Script) agent(number, name string) (slot int) {
	slot = slices.Index(s.agents, number)
	if slot < 0 {
		slot = len(s.agents)
		s.agents, s.agentNames = append(s.agents, number), append(s.agentNames, name)
	}
	return slot
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
