package pbxsim

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// testPBX is an exchange with three phones whose port nobody uses.
func testPBX(t *testing.T, opts Options) *PBX {
	t.Helper()
	opts.Addr = "127.0.0.1:0"
	if opts.Phones == nil {
		opts.Phones = []Phone{{"PJSIP/1001", "1001", "Agent 1001"}, {"PJSIP/1002", "1002", "Agent 1002"}, {"PJSIP/1003", "1003", "Agent 1003"}}
	}
	if opts.Queues == nil {
		opts.Queues = []Queue{{Name: "support", Strategy: "rrmemory"}, {Name: "sales", Strategy: "ringall"}}
	}
	p, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// perform runs all of a script and returns its events as lines of headers.
func perform(t *testing.T, c *Call) [][]string {
	t.Helper()
	var out [][]string
	for c.More() {
		for _, e := range c.block(time.Now(), func(*step) bool { return true }) {
			text := string(e.text)
			if !strings.HasSuffix(text, "\r\n\r\n") {
				t.Fatalf("event does not end in an empty line: %q", text)
			}
			out = append(out, strings.Split(strings.TrimSuffix(text, "\r\n\r\n"), "\r\n"))
		}
	}
	return out
}

// TestPerformanceEqualsRecording plays each recording with the recorded names:
// every event must come out as it was recorded, field by field.
func TestPerformanceEqualsRecording(t *testing.T) {
	for _, src := range library() {
		t.Run(src.file, func(t *testing.T) {
			p := testPBX(t, Options{System: src.system, Timestamps: src.clientName != "" || src.file == "internal", Queues: []Queue{{Name: "none"}}})
			script := p.Script(src.file)
			call := recordedCall(p, script, src)
			data, _ := recordings.ReadFile("testdata/" + src.file + ".ami")
			messages, err := parseRecording(data)
			if err != nil {
				t.Fatal(err)
			}
			var want [][]string
			for _, m := range messages {
				if !dropped(m) && !strings.HasPrefix(m.get("Event"), "QueueMember") {
					want = append(want, stable(m))
				}
			}
			var got [][]string
			for _, lines := range perform(t, call) {
				var m message
				for _, l := range lines {
					name, value, _ := strings.Cut(l, ": ")
					m.headers = append(m.headers, header{name, value})
				}
				got = append(got, stable(m))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("performance differs from the recording (-recorded +performed):\n%s", diff)
			}
		})
	}
}

// recordedCall has the recorded value for every variable.
func recordedCall(p *PBX, script *Script, src source) *Call {
	cast := Cast{Client: src.client, DID: src.did, Queue: src.queue, ActionID: "orig1"}
	for i, number := range script.agents {
		cast.Phones = append(cast.Phones, Phone{"PJSIP/" + number, number, script.agentNames[i]})
	}
	call := p.NewCall(script, cast)
	for _, b := range script.blocks {
		for _, st := range b.steps {
			for _, l := range st.lines {
				for _, part := range l.parts {
					if part.id >= 0 {
						call.values[part.id] = part.text
					}
				}
			}
		}
	}
	return call
}

// stable is a message without the values that tell the moment.
func stable(m message) []string {
	var out []string
	for _, h := range m.headers {
		if k, ok := momentary(m.get("Event"), h.name); ok && k >= kindNow {
			h.value = "*"
		}
		out = append(out, h.name+": "+h.value)
	}
	return out
}

// random are the ids of bridges, in which any four digits may stand.
var random = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// TestPerformancesShareNothing: two performances at once differ in every id, and
// nothing recorded shines through.
func TestPerformancesShareNothing(t *testing.T) {
	p := testPBX(t, Options{
		System: "office",
		Phones: []Phone{{"PJSIP/2001", "2001", "Anna"}, {"PJSIP/2002", "2002", "Boris"}, {"PJSIP/2003", "2003", "Victor"}},
	})
	ids := map[string]string{}
	for name, script := range p.scripts {
		for range 2 {
			call := p.NewCall(script, Cast{Client: "79990000000", DID: "74951112233", Queue: "vip", Phones: p.opts.Phones})
			run := call.uniqueid(0)
			for _, lines := range perform(t, call) {
				for _, l := range lines {
					l = random.ReplaceAllString(l, "")
					for _, old := range []string{"lab1", "7916123", "7495000000", "1001", "1002", "1003", "support", "sales", "Ivan", "Smirnova", "pbx22", "callcard-lab"} {
						if strings.Contains(l, old) && !strings.Contains(l, "AppData: ") {
							t.Errorf("%s: recorded %q is left in %q", name, old, l)
						}
					}
					if id, ok := strings.CutPrefix(l, "Uniqueid: "); ok {
						if other, seen := ids[id]; seen && other != run {
							t.Errorf("%s: id %s is used by two calls", name, id)
						}
						ids[id] = run
					}
				}
			}
		}
	}
}

func TestAbsentAgentLeavesNoTrace(t *testing.T) {
	p := testPBX(t, Options{})
	all := p.opts.Phones
	// Recorded order of ringing: 1003, 1002 (who answers), 1001.
	call := p.NewCall(p.Script("ringall"), Cast{Client: "79990000000", DID: "74950000002", Queue: "sales", Phones: []Phone{{}, all[1], {}}})
	connected := false
	for _, lines := range perform(t, call) {
		text := strings.Join(lines, "\n")
		if strings.Contains(text, "PJSIP/1001") || strings.Contains(text, "PJSIP/1003") {
			t.Errorf("an absent phone is named:\n%s", text)
		}
		connected = connected || strings.HasPrefix(text, "Event: AgentConnect")
	}
	if !connected {
		t.Error("the agent who stayed did not answer")
	}
	if len(p.live) != 0 {
		t.Errorf("channels left after the call: %d", len(p.live))
	}
}
