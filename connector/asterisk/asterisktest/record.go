package asterisktest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Record plays a scenario and writes its conversation to dir: <name>.ami, the bytes of AMI with the time before each message, and
// <name>.txt, what was played.
func Record(pbx *PBX, sc Scenario, dir string) error {
	err := recordOnce(pbx, sc, dir)
	for range 3 {
		if !errors.Is(err, errAgain) {
			break
		}
		err = recordOnce(pbx, sc, dir)
	}
	return err
}

func recordOnce(pbx *PBX, sc Scenario, dir string) (err error) {
	stage := Set(pbx, sc)
	defer func() { err = errors.Join(err, stage.Clear()) }()
	if stage.Err() != nil {
		return stage.Err()
	}
	var tape tape
	recorder, err := DialWitness(pbx.AMIAddr, pbx.Recorder.User, pbx.Recorder.Secret, &tape)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, recorder.Close()) }()
	if err := snapshot(recorder); err != nil {
		return err
	}
	sc.Run(stage)
	if stage.Err() == nil {
		stage.Quiet()
	}
	if stage.Err() != nil {
		return stage.Err()
	}
	<-time.After(settle)
	return errors.Join(
		os.WriteFile(filepath.Join(dir, sc.Name+".ami"), tape.text(), 0o644),
		os.WriteFile(filepath.Join(dir, sc.Name+".txt"), []byte(sc.words()), 0o644),
	)
}

// words are the three lines beside a conversation: who called, what happened, what is true of it.
func (sc Scenario) words() string { return sc.Caller + "\n" + sc.Story + "\n" + sc.Truth + "\n" }

// snapshot asks what callcard asks after each login, so that a conversation can be played to it from the beginning.
func snapshot(recorder *Witness) error {
	if _, err := recorder.Do("CoreShowChannels"); err != nil {
		return err
	}
	if _, err := recorder.Do("QueueStatus"); err != nil {
		return err
	}
	_, err := recorder.Await(patience, Match{"Event": "QueueStatusComplete"})
	return err
}

// settle is how long late events of a finished story may take: Asterisk's queue and channel events travel on separate topics.
const settle = time.Second

// tape collects a conversation; a Witness writes it, Record reads it.
type tape struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tape) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Write(b)
}

func (t *tape) text() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.buf.Bytes())
}

var errNoScenario = errors.New("no such scenario")

// FindScenario returns a scenario by name.
func FindScenario(name string) (Scenario, error) {
	for _, sc := range Scenarios() {
		if sc.Name == name {
			return sc, nil
		}
	}
	return Scenario{}, fmt.Errorf("%w: %q", errNoScenario, name)
}
