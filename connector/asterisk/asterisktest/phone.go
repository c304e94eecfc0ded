package asterisktest

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"
)

// Behaviour is how a phone treats every call until it is stopped. The zero value rings for ever.
type Behaviour struct {
	Ring       time.Duration // before it answers
	Answer     bool
	Told       bool          // answers when Phone.Answer says so, or a NOTIFY with Event: talk; then holds by hold and takes back by talk
	Reject     int           // SIP code instead of ringing: 486 busy, 603 declined
	TalkFor    time.Duration // then it hangs up; 0: the other side does
	HoldAfter  time.Duration // with HoldFor: puts the call on hold by re-INVITE, then takes it back
	HoldFor    time.Duration
	ReferAfter time.Duration // with ReferTo: transfers the call by its own REFER
	ReferTo    string
	ConsultTo  string        // after ReferAfter: holds, calls this number itself, and joins the two by REFER with Replaces
	ConsultFor time.Duration // how long it talks to that number first
	Audio      bool          // sends a tone while it talks
}

// Phone is a registered SIP phone.
type Phone struct {
	Extension string
	pbx       *PBX
	run       *process
	path      string
}

// Answers is a phone that rings and answers.
func Answers(ring time.Duration) Behaviour { return Behaviour{Answer: true, Ring: ring} }

// Rings is a phone that nobody answers.
func Rings() Behaviour { return Behaviour{} }

// Rejects is a phone that refuses by a SIP code: 486 busy, 603 declined.
func Rejects(code int) Behaviour { return Behaviour{Reject: code} }

// Told is a phone whose owner decides: it rings until Phone.Answer, and holds when told so.
func Told() Behaviour { return Behaviour{Told: true} }

// phoneScenario fills sipp/phone.xml; durations are in milliseconds, as SIPp wants them.
type phoneScenario struct {
	Extension                           string
	Answer, Told                        bool
	Reject                              int
	Ring, TalkFor                       int64
	HoldAfter, HoldFor                  int64
	ReferAfter                          int64
	ReferTo, ConsultTo, Audio, Password string
	ConsultFor                          int64
}

// StartPhone registers an extension and lets it behave.
func (p *PBX) StartPhone(extension string, b Behaviour) (*Phone, error) {
	phone, err := p.answerAt(p.block.phone(extension), extension, b)
	if err != nil {
		return nil, err
	}
	if err := phone.register(3600); err != nil {
		return nil, errors.Join(err, phone.Stop())
	}
	return phone, nil
}

// outside is the telephone company as an extension: it does not register.
const outside = "outside"

// StartOutside plays the telephone company: it answers the calls that leave the PBX, whatever their number.
func (p *PBX) StartOutside(b Behaviour) (*Phone, error) {
	return p.answerAt(p.block.provider(), outside, b)
}

// Change gives a phone another behaviour without logging it out; call it while no call rings there.
func (ph *Phone) Change(b Behaviour) error {
	if err := ph.run.stop(syscall.SIGKILL, stopPatience); err != nil {
		return err
	}
	next, err := ph.pbx.answerAt(ph.pbx.block.phone(ph.Extension), ph.Extension, b)
	if err != nil {
		return err
	}
	ph.run, ph.path = next.run, next.path
	return nil
}

// answerAt starts SIPp as a phone on an address.
func (p *PBX) answerAt(ip, extension string, b Behaviour) (*Phone, error) {
	fill := phoneScenario{
		Extension: extension, Answer: b.Answer, Told: b.Told, Reject: b.Reject, ReferTo: b.ReferTo,
		Ring: max(1, b.Ring.Milliseconds()), TalkFor: b.TalkFor.Milliseconds(),
		HoldAfter: b.HoldAfter.Milliseconds(), HoldFor: b.HoldFor.Milliseconds(), ReferAfter: b.ReferAfter.Milliseconds(),
		ConsultTo: b.ConsultTo, ConsultFor: b.ConsultFor.Milliseconds(), Password: "change-me-" + extension,
	}
	if b.Audio {
		tone, err := p.tone()
		if err != nil {
			return nil, err
		}
		fill.Audio = tone
	}
	run, path, err := p.runSIPp(sipp{scenario: "phone.xml", fill: fill, ip: ip, port: 5060, forever: true})
	if err != nil {
		return nil, err
	}
	return &Phone{Extension: extension, pbx: p, run: run, path: path}, nil
}

// register logs the phone in for some seconds and waits until the PBX takes it for reachable; 0 logs it out.
func (ph *Phone) register(expires int) error {
	fill := struct {
		Extension, Password string
		Expires             int
	}{ph.Extension, "change-me-" + ph.Extension, expires}
	run, path, err := ph.pbx.runSIPp(sipp{scenario: "register.xml", fill: fill, ip: ph.pbx.block.phone(ph.Extension)})
	if err != nil {
		return err
	}
	if err := run.wait(10 * time.Second); err != nil {
		return fmt.Errorf("register %s: %w\n%s", ph.Extension, err, sippLog(path))
	}
	return nil
}

// Stop takes the phone off the network and logs it out.
func (ph *Phone) Stop() error {
	if err := ph.run.stop(syscall.SIGKILL, stopPatience); err != nil {
		return err
	}
	if ph.Extension == outside {
		return nil
	}
	return ph.register(0)
}

// Phone starts a phone for the length of the test.
func (p *PBX) Phone(tb testing.TB, extension string, b Behaviour) *Phone {
	tb.Helper()
	phone, err := p.StartPhone(extension, b)
	if err != nil {
		tb.Fatal(err)
	}
	return phone
}
