package asterisk

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// Replay reads a recorded conversation (see ami.Recording) and yields its domain
// events with the recorded times, in order. The lists that were recorded with it
// (CoreShowChannels, QueueStatus) come as one Snapshot each.
//
// An error stands in the place of a message that could not be read or
// translated, the iteration goes on; only an error of the reader itself ends it.
// Unknown events are skipped.
func Replay(r io.Reader, t *Translator) iter.Seq2[cti.PBXEvent, error] {
	return func(yield func(cti.PBXEvent, error) bool) {
		rec, lists := ami.NewRecording(r, ami.Limits{}), &recordedLists{t: t}
		for {
			m, err := rec.Next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil && !ami.Recoverable(err):
				yield(nil, fmt.Errorf("read recording: %w", err))
				return
			case err != nil:
				if !yield(nil, err) {
					return
				}
				continue
			}
			if !replayOne(t, lists, m, yield) {
				return
			}
		}
	}
}

func replayOne(t *Translator, lists *recordedLists, m ami.Message, yield func(cti.PBXEvent, error) bool) bool {
	if m.Event() == "" {
		return true
	}
	event, err := lists.take(m)
	if event == nil && err == nil {
		if event, err = t.Translate(m); event != nil {
			*lists = recordedLists{t: t}
		}
	}
	if errors.Is(err, ErrUnknownEvent) || (event == nil && err == nil) {
		return true
	}
	return yield(event, err)
}
