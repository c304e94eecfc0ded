package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"callcard/connector/asterisk/asterisktest"
)

// patience bounds waiting for the end of one call.
const patience = 5 * time.Minute

// command is one line of input; which fields count depends on Do.
type command struct {
	ID        int    `json:"id"` // comes back with the answer
	Do        string `json:"do"`
	Extension string `json:"extension"` // of a phone; "" is the telephone company
	Phone     phone  `json:"phone"`
	Caller    caller `json:"caller"`
	Call      int    `json:"call"` // the id of the command that placed it
	Text      string `json:"text"`
}

// phone is asterisktest.Behaviour with times in milliseconds.
type phone struct {
	Told, Answer, Audio            bool
	Reject                         int
	Ring, TalkFor, ReferAfter      int64
	HoldAfter, HoldFor, ConsultFor int64
	ReferTo, ConsultTo             string
}

// caller is asterisktest.Caller with times in milliseconds.
type caller struct {
	From, Name, Extension, To string
	TalkFor, CancelAfter      int64
	Audio                     bool
}

type answer struct {
	ID    int    `json:"id"`
	Error string `json:"error,omitempty"`
	Text  string `json:"text,omitempty"`
}

// session lets a program in another language play with a PBX: a command per line of input, an answer per line of output as each
// is done. Commands run side by side, so that one may wait for the end of a call; the caller keeps the order where it matters.
type session struct {
	pbx *asterisktest.PBX
	etc string // its configuration

	mu     sync.Mutex
	out    *json.Encoder
	phones map[string]*asterisktest.Phone
	calls  map[int]*asterisktest.Call
}

// serve runs until the end of input.
func serve(version string, in io.Reader, out io.Writer) (err error) {
	s := &session{
		out:    json.NewEncoder(out),
		phones: map[string]*asterisktest.Phone{}, calls: map[int]*asterisktest.Call{},
	}
	pbx, err := asterisktest.Launch(asterisktest.Options{Version: version, Name: "office", Sample: s.patient})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pbx.Close()) }()
	s.pbx = pbx
	if err := s.out.Encode(where(pbx)); err != nil {
		return err
	}
	return s.listen(in)
}

// ringFor is the most that Asterisk lets a queue's phone ring, more or less.
const ringFor = "55"

// noTransfer is a line whose dialplan lets nobody hand a call over: Dial without the option t.
const noTransfer = "[from-trunk](+)\nexten => 74950000099,1,Dial(PJSIP/1001,30)\n same => n,Hangup()\n"

// patient lets phones ring until they are told what to do, and clients wait: whose clock is slow decides nothing. And the
// control user may tell phones to answer, as manager.conf of an office with such phones says.
func (s *session) patient(etc string) error {
	s.etc = etc
	return errors.Join(
		s.queuesRing(ringFor),
		replace(filepath.Join(etc, "extensions.conf"), ",t,,,60)", ",t,,,600)", ",20,tTk)", ","+ringFor+",tTk)"),
		enlarge(filepath.Join(etc, "extensions.conf"), "[globals](+)\nDIRECT_SECONDS = 30\n"+noTransfer),
		enlarge(filepath.Join(etc, "manager.conf"), "[callcard-control](+)\nwrite = call,agent,originate,system\n"),
	)
}

// queuesRing says how many seconds the phones of queues ring.
func (s *session) queuesRing(seconds string) error {
	return enlarge(filepath.Join(s.etc, "queues.conf"), fmt.Sprintf("[support](+)\ntimeout = %[1]s\n[sales](+)\ntimeout = %[1]s\n", seconds))
}

func replace(path string, oldNew ...string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.NewReplacer(oldNew...).Replace(string(text))), 0o644)
}

func enlarge(path, more string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, "\n"+more...), 0o644)
}

// where is the first line of output.
func where(pbx *asterisktest.PBX) map[string]any {
	user := func(c asterisktest.Credentials) map[string]string {
		return map[string]string{"username": c.User, "secret": c.Secret}
	}
	return map[string]any{
		"ami": pbx.AMIAddr, "ari": pbx.ARIAddr, "recordings": pbx.RecordingsDir,
		"tracking": user(pbx.Tracking), "control": user(pbx.Control), "ari_user": user(pbx.ARI),
	}
}

func (s *session) listen(in io.Reader) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var c command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return fmt.Errorf("command %q: %w", lines.Text(), err)
		}
		go s.obey(c)
	}
	return lines.Err()
}

func (s *session) obey(c command) {
	text, err := s.do(c)
	a := answer{ID: c.ID, Text: text}
	if err != nil {
		a.Error = err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.out.Encode(a) // who closed the pipe does not listen
}

func (s *session) do(c command) (string, error) {
	switch c.Do {
	case "phone":
		return "", s.setPhone(c.Extension, c.Phone)
	case "unplug":
		return "", s.unplug(c.Extension)
	case "call":
		return "", s.place(c)
	case "answer", "hangup", "wait":
		return "", s.onCall(c)
	case "restart":
		return "", s.pbx.Restart()
	case "cli":
		return s.pbx.CLI(c.Text)
	case "ring":
		if err := s.queuesRing(c.Text); err != nil {
			return "", err
		}
		return s.pbx.CLI("queue reload parameters")
	case "log":
		return s.pbx.LogTail(200), nil
	}
	return "", fmt.Errorf("do: got %q, want phone, unplug, call, answer, hangup, wait, restart, cli, ring or log", c.Do)
}

func (s *session) phone(extension string) *asterisktest.Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phones[extension]
}

// setPhone plugs a phone in, or changes its behaviour.
func (s *session) setPhone(extension string, p phone) error {
	if known := s.phone(extension); known != nil && extension != "" {
		return known.Change(p.behaviour())
	}
	start := func() (*asterisktest.Phone, error) { return s.pbx.StartPhone(extension, p.behaviour()) }
	if extension == "" {
		start = func() (*asterisktest.Phone, error) { return s.pbx.StartOutside(p.behaviour()) }
	}
	if err := s.unplug(extension); err != nil {
		return err
	}
	made, err := start()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phones[extension] = made
	return nil
}

func (s *session) unplug(extension string) error {
	known := s.phone(extension)
	if known == nil {
		return nil
	}
	s.mu.Lock()
	delete(s.phones, extension)
	s.mu.Unlock()
	return known.Stop()
}

func (s *session) place(c command) error {
	call, err := s.pbx.StartCall(c.Caller.caller())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[c.ID] = call
	return nil
}

func (s *session) onCall(c command) error {
	s.mu.Lock()
	call, phone := s.calls[c.Call], s.phones[c.Extension]
	s.mu.Unlock()
	switch {
	case c.Do == "answer" && phone != nil:
		return phone.Answer()
	case c.Do == "hangup" && call != nil:
		return call.HangUp()
	case c.Do == "wait" && call != nil:
		return call.Wait(patience)
	}
	return fmt.Errorf("%s: no such phone (%q) or call (%d)", c.Do, c.Extension, c.Call)
}

func (p phone) behaviour() asterisktest.Behaviour {
	return asterisktest.Behaviour{
		Told: p.Told, Answer: p.Answer, Audio: p.Audio, Reject: p.Reject,
		Ring: ms(p.Ring), TalkFor: ms(p.TalkFor), HoldAfter: ms(p.HoldAfter), HoldFor: ms(p.HoldFor),
		ReferAfter: ms(p.ReferAfter), ReferTo: p.ReferTo, ConsultTo: p.ConsultTo, ConsultFor: ms(p.ConsultFor),
	}
}

func (c caller) caller() asterisktest.Caller {
	return asterisktest.Caller{
		From: strings.TrimPrefix(c.From, "+"), Name: c.Name, Extension: c.Extension, To: c.To,
		TalkFor: ms(c.TalkFor), CancelAfter: ms(c.CancelAfter), Audio: c.Audio,
	}
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
