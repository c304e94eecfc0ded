package calls

import "callcard/pkg/cti"

// recorder is what is known of the MixMonitors of one leg.
type recorder struct {
	count       int  // those whose start was heard
	read, write bool // the directions that are silent
}

// recording is the news of a file, which comes just before the start of its recorder
// (apps/app_mixmonitor.c, mixmonitor_exec), or with a snapshot.
func (k *core) recording(l *leg, path string) {
	c := l.call
	for _, f := range c.files.items {
		if f.Path == path {
			return
		}
	}
	if path == "" {
		return
	}
	c.files.add(cti.RecordingFile{Leg: l.ID, Path: path, At: k.now})
	l.records(cti.RecordingOn)
	k.emit(c, cti.RecordingStarted, step{})
}

// recorderSwitched follows the recorders of a leg. A new one sounds, whatever the others
// do. Who came in the middle of a recording and hears that it is paused knows only now
// that there is one.
func (k *core) recorderSwitched(e cti.RecorderSwitched) {
	l := k.legs[e.Leg]
	if l == nil || l.call == nil {
		return
	}
	r, now := &l.recorder, cti.RecordingOn
	switch e.Switch {
	case cti.RecorderStarted:
		r.count, r.read, r.write = r.count+1, false, false
	case cti.RecorderStopped:
		r.count--
		if r.count <= 0 {
			*r, now = recorder{}, cti.NotRecorded
		}
	case cti.RecorderSilent:
		r.read, r.write = r.read || e.Read, r.write || e.Write
	case cti.RecorderSounds:
		r.read, r.write = r.read && !e.Read, r.write && !e.Write
	}
	if r.read && r.write {
		now = cti.RecordingPaused
	}
	l.records(now)
	k.tellRecording(l.call)
}

// tellRecording publishes what has become of the call's recording, if anything has.
func (k *core) tellRecording(c *call) {
	if c.recordingNow() != c.doc.Recording {
		k.emit(c, cti.RecordingSwitched, step{})
	}
}

func (l *leg) records(now cti.RecordingNow) {
	if l.Recording != now {
		l.Recording, l.call.legsChanged = now, true
	}
}

// recordingNow: whoever is told "paused" may say a card's number, so no leg may sound.
func (c *call) recordingNow() cti.RecordingNow {
	now := cti.NotRecorded
	for _, l := range c.legs {
		switch {
		case l.gone || l.Recording == cti.NotRecorded:
		case l.Recording == cti.RecordingOn:
			return cti.RecordingOn
		default:
			now = l.Recording
		}
	}
	return now
}
