package asterisktest

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"testing"
	"time"
)

// Caller is a call into the PBX: from outside (the trunk) or, with Extension, from an employee's phone.
type Caller struct {
	From        string        // number; empty and no Extension: anonymous
	Name        string        // shown name
	Extension   string        // an employee dials instead of a client
	To          string        // DID or the number an employee dials
	TalkFor     time.Duration // from the PBX's answer until the caller hangs up; 0: the PBX ends the call
	CancelAfter time.Duration // gives up when not answered; 0: waits
	Audio       bool          // sends a tone
}

// Call is a running call.
type Call struct {
	pbx  *PBX
	from string // as the PBX sees it
	run  *process
	path string
}

// callerScenario fills sipp/caller.xml.
type callerScenario struct {
	User, From, Number, Password, Audio string
	Headers                             []string
	Refusals                            []int
	TalkFor, CancelAfter                int64
	Seq                                 int // of the INVITE that counts: the second one after a challenge
}

// StartCall places a call.
func (p *PBX) StartCall(c Caller) (*Call, error) {
	fill := callerScenario{
		User: c.From, Number: c.To, TalkFor: c.TalkFor.Milliseconds(), CancelAfter: c.CancelAfter.Milliseconds(),
		Refusals: []int{403, 404, 408, 480, 484, 486, 487, 488, 500, 503, 600, 603}, Seq: 1,
	}
	ip := p.block.provider()
	switch {
	case c.Extension != "":
		fill.User, fill.Password, fill.Seq = c.Extension, "change-me-"+c.Extension, 2
		ip = p.block.phone(c.Extension)
		fill.From = fmt.Sprintf("<sip:%s@[remote_ip]>", c.Extension)
	case c.From == "":
		fill.User = "anonymous"
		fill.From = `"Anonymous" <sip:anonymous@anonymous.invalid>`
		fill.Headers = []string{"Privacy: id"}
	default:
		fill.From = fmt.Sprintf("%q <sip:%s@[local_ip]>", c.Name, c.From)
	}
	if c.Audio {
		tone, err := p.tone()
		if err != nil {
			return nil, err
		}
		fill.Audio = tone
	}
	run, path, err := p.runSIPp(sipp{scenario: "caller.xml", fill: fill, ip: ip})
	if err != nil {
		return nil, err
	}
	return &Call{p, cmp.Or(c.Extension, c.From), run, path}, nil
}

// Wait waits for the end of the call and returns an error when it did not go as the Caller says.
func (c *Call) Wait(patience time.Duration) error {
	if err := c.run.wait(patience); err != nil {
		return fmt.Errorf("call: %w\n%s", err, sippLog(c.path))
	}
	return nil
}

// Call places a call; the test fails when it cannot.
func (p *PBX) Call(tb testing.TB, c Caller) *Call {
	tb.Helper()
	call, err := p.StartCall(c)
	if err != nil {
		tb.Fatal(err)
	}
	return call
}

// tone writes a second of A-law tone once and returns its path inside the root. Two bytes of A-law alternate at 500 Hz: a
// square wave needs no encoder.
func (p *PBX) tone() (string, error) {
	wave := bytes.Repeat(append(bytes.Repeat([]byte{0x15}, 8), bytes.Repeat([]byte{0x95}, 8)...), 500)
	if err := os.WriteFile(p.host("sipp/tone.al"), wave, 0o644); err != nil {
		return "", fmt.Errorf("write the tone: %w", err)
	}
	return p.dir + "/sipp/tone.al", nil
}
