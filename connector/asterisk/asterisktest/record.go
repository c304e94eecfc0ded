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
func Record(pbx *PBX, sc Scenario, dir string) (err error) {
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
	if err := finish(recorder); err != nil {
		return err
	}
	words := sc.Caller + "\n" + sc.Story + "\n" + sc.Truth + "\n"
	return errors.Join(
		os.WriteFile(filepath.Join(dir, sc.Name+".ami"), tape.text(), 0o644),
		os.WriteFile(filepath.Join(dir, sc.Name+".txt"), []byte(words), 0o644),
	)
}

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

const end = "CallcardLabEnd"

// finish waits for the last event of a story. Topics of Asterisk's message bus are delivered side by side: an event of ours can
// overtake a late one of a call that is already over, hence the second of patience. A recorder whose PBX went away has all there is.
func finish(recorder *Witness) error {
	time.Sleep(time.Second)
	_, err := recorder.Do("UserEvent", "UserEvent", end)
	if err == nil {
		_, err = recorder.Await(patience, Match{"Event": "UserEvent", "UserEvent": end})
	}
	if recorder.Ended() {
		return nil
	}
	return err
}

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

// text is the conversation without our own last words.
func (t *tape) text() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.buf.Bytes()
	if i := bytes.Index(all, []byte("UserEvent: "+end)); i >= 0 {
		all = all[:bytes.LastIndex(all[:i], []byte("#T "))]
	}
	return bytes.Clone(all)
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
