package asterisktest

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Scenario is one story told on a real PBX. What it must look like afterwards is known from the story itself.
type Scenario struct {
	Name   string
	Phones map[string]Behaviour // registered before the story begins; "" is the telephone company
	Join   []string             // agents in the support queue
	Caller string               // who calls, in words
	Story  string               // what happens, in words
	Truth  string               // what a call centre should see of it, in words
	Run    func(*Stage)
}

// Stage is where a scenario plays. Its methods stop working after the first failure, which Err keeps, so that a story reads
// without a check after each line.
type Stage struct {
	PBX    *PBX
	phones map[string]*Phone
	joined []string
	err    error
}

// patience for one step of a story: much longer than any step takes.
const patience = 30 * time.Second

// Err is the first thing that went wrong.
func (s *Stage) Err() error { return s.err }

func (s *Stage) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// MemberName is the name of an agent in queues.
func MemberName(extension string) string {
	return map[string]string{
		"1001": "Ivan Petrov", "1002": "Anna Smirnova", "1003": "Oleg Ivanov", "1004": "Maria Orlova", "1005": "Petr Volkov",
	}[extension]
}

// Set prepares a scenario: its phones are registered and its agents have joined.
func Set(pbx *PBX, sc Scenario) *Stage {
	s := &Stage{PBX: pbx, phones: map[string]*Phone{}}
	pbx.Witness.Mark()
	for extension, b := range sc.Phones {
		start := func() (*Phone, error) { return pbx.StartPhone(extension, b) }
		if extension == "" {
			start = func() (*Phone, error) { return pbx.StartOutside(b) }
		}
		phone, err := start()
		if err != nil {
			s.fail(err)
			continue
		}
		s.phones[extension] = phone
	}
	for _, extension := range sc.Join {
		s.Do("QueueAdd", "Queue", "support", "Interface", "PJSIP/"+extension, "MemberName", MemberName(extension))
		s.Await(Match{"Event": "QueueMemberAdded", "Interface": "PJSIP/" + extension})
		s.joined = append(s.joined, extension)
	}
	return s
}

// Clear takes the scenario off the PBX: nothing of it is left for the next one.
func (s *Stage) Clear() error {
	var errs []error
	for _, phone := range s.phones {
		errs = append(errs, phone.Stop())
	}
	for _, extension := range s.joined {
		_, err := s.PBX.Witness.Do("QueueRemove", "Queue", "support", "Interface", "PJSIP/"+extension)
		errs = append(errs, err)
	}
	return errors.Join(append(errs, s.quiet())...)
}

// quiet waits until the PBX has no channel.
func (s *Stage) quiet() error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		got, err := s.PBX.CLI("core show channels count")
		if err == nil && strings.HasPrefix(got, "0 active channels") {
			return nil
		}
		select {
		case <-tick.C:
		case <-late:
			return fmt.Errorf("the PBX is not quiet: %w\n%s", err, got)
		}
	}
}

// Call places a call.
func (s *Stage) Call(c Caller) *Call {
	if s.err != nil {
		return nil
	}
	call, err := s.PBX.StartCall(c)
	if err != nil {
		s.fail(err)
	}
	return call
}

// Over waits until calls have ended as their Caller says.
func (s *Stage) Over(calls ...*Call) {
	for _, call := range calls {
		if s.err != nil {
			return
		}
		if err := call.Wait(patience); err != nil {
			s.fail(err)
		}
	}
}

// Quiet waits until no channel is left.
func (s *Stage) Quiet() {
	if s.err == nil {
		s.fail(s.quiet())
	}
}

// Await waits for an event of this story.
func (s *Stage) Await(want Match) Message { return s.AwaitNth(1, want) }

// AwaitNth waits for the n-th event of this story that fits.
func (s *Stage) AwaitNth(n int, want Match) Message {
	if s.err != nil {
		return nil
	}
	m, err := s.PBX.Witness.AwaitNth(patience, n, want)
	if err != nil {
		s.fail(err)
	}
	return m
}

// Talking waits until a device has met someone in a bridge and has talked for a second; it returns the device's channel.
func (s *Stage) Talking(device string) string {
	enter := s.Await(Match{"Event": "BridgeEnter", "Channel": device + "-*"})
	s.Await(Match{"Event": "BridgeEnter", "BridgeUniqueid": enter.Get("BridgeUniqueid"), "BridgeNumChannels": "2"})
	s.Pass(time.Second)
	return enter.Get("Channel")
}

// Pass lets time pass in the story: people talk.
func (s *Stage) Pass(d time.Duration) {
	if s.err == nil {
		<-time.After(d)
	}
}

// OfferedFirst makes sure that round robin began with a device; when it did not, the story is told again.
func (s *Stage) OfferedFirst(device string) {
	if m := s.Await(Match{"Event": "AgentCalled"}); s.err == nil && m.Get("Interface") != device {
		s.fail(errAgain)
	}
}

var errAgain = errors.New("round robin began with another agent")

// Ringing waits until a device rings and returns its channel.
func (s *Stage) Ringing(device string) string {
	return s.Await(Match{"Event": "Newstate", "ChannelStateDesc": "Ringing", "Channel": device + "-*"}).Get("Channel")
}

// Do runs an AMI action.
func (s *Stage) Do(action string, headers ...string) Message {
	if s.err != nil {
		return nil
	}
	m, err := s.PBX.Witness.Do(action, headers...)
	if err != nil {
		s.fail(err)
	}
	return m
}

// Change gives a phone another behaviour.
func (s *Stage) Change(extension string, b Behaviour) {
	if s.err == nil {
		s.fail(s.phones[extension].Change(b))
	}
}

// Unplug takes a phone off the network.
func (s *Stage) Unplug(extension string) {
	if s.err != nil {
		return
	}
	s.fail(s.phones[extension].Stop())
	delete(s.phones, extension)
}
