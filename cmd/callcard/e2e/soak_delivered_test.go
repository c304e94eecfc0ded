package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"callcard/pkg/cti"
)

// bareHeader is a WAV file without sound.
const bareHeader = 44

// compareRecordings: each file with sound that the PBX wrote is attached exactly once, to
// its own call, and is the same to the byte. The sample dialplan names a file by the
// Uniqueid of the channel: "1732278000.12-79163330001.wav".
func (s *soak) compareRecordings(t *testing.T, r *report, records []cti.CallRecord) {
	t.Helper()
	attached := map[string][]cti.Recording{}
	stored, states := 0, map[cti.RecordingState]int{}
	for _, record := range records {
		for _, recording := range record.Recordings {
			states[recording.State]++
			if playable(recording) {
				stored++
				attached[recording.Leg.Uniqueid] = append(attached[recording.Leg.Uniqueid], recording)
			}
		}
	}
	files := s.recorded(t)
	for id, file := range files {
		switch of := attached[id]; {
		case len(of) != 1:
			r.differ("recording %s is attached %d times; the call: %s", file.name, len(of), recordOf(records, id))
		case of[0].SHA256 != file.sum:
			r.differ("recording %s is not the file that the PBX wrote: %d bytes, want %d", file.name, of[0].Bytes, file.size)
		}
	}
	for id := range attached {
		if _, wrote := files[id]; !wrote {
			r.differ("a recording of %s is attached, which the PBX did not write", id)
		}
	}
	r.row("recordings with sound", len(files), stored)
	r.row("recordings by state", "", fmt.Sprint(states))
}

func playable(r cti.Recording) bool {
	return r.State == cti.RecordingStored || r.State == cti.RecordingVerified
}

func recordOf(records []cti.CallRecord, uniqueid string) string {
	for _, record := range records {
		if slices.Contains(record.Linkedids, uniqueid) {
			return fmt.Sprintf("%s; recordings %+v", tell(record), record.Recordings)
		}
	}
	return "none"
}

type soundFile struct {
	name, sum string
	size      int64
}

func (s *soak) recorded(t *testing.T) map[string]soundFile {
	t.Helper()
	files := map[string]soundFile{}
	err := filepath.WalkDir(s.pbx.RecordingsDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		sound, err := os.ReadFile(path)
		if err != nil || len(sound) <= bareHeader {
			return err
		}
		name := strings.TrimSuffix(entry.Name(), ".wav")
		id := name[:strings.LastIndexByte(name, '-')]
		sum := sha256.Sum256(sound)
		files[id] = soundFile{name, hex.EncodeToString(sum[:]), int64(len(sound))}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// compareMessages: the receiver was told each durable event, in the order of each call.
func (s *soak) compareMessages(t *testing.T, r *report, records []cti.CallRecord) {
	t.Helper()
	s.crm.mu.Lock()
	words := slices.Clone(s.crm.words)
	requests, refused, repeats := s.crm.requests, s.crm.refused, s.crm.repeats
	s.crm.mu.Unlock()

	told := map[string]int{} // lane and kind
	recordings := map[string]int{}
	for _, w := range words {
		told[w.lane+" "+w.kind]++
		if w.kind == "recording.stored" {
			recordings[w.recording]++
		}
	}
	want := 0
	once := func(n int, what string) {
		want++
		if n != 1 {
			r.differ("%s was told under %d ids, want 1", what, n)
		}
	}
	for _, record := range records {
		once(told["call:"+string(record.ID)+" call.ended"], "call.ended of "+tell(record))
		if len(record.Talks) > 0 && told["call:"+string(record.ID)+" call.answered"] == 0 {
			r.differ("call.answered was not told of %s", tell(record))
		}
		if len(record.Transfers) > 0 && told["call:"+string(record.ID)+" call.transferred"] == 0 {
			r.differ("call.transferred was not told of %s", tell(record))
		}
		for _, recording := range record.Recordings {
			if playable(recording) {
				once(recordings[recording.ID], "recording.stored "+recording.ID)
			}
		}
	}
	for _, callback := range s.allCallbacks(t, "all") {
		once(told["callback:"+callback.ID+" callback.opened"], "callback.opened of "+callback.ID)
		if callback.State != cti.CallbackOpen {
			once(told["callback:"+callback.ID+" callback.closed"], "callback.closed of "+callback.ID)
		}
	}
	durable := s.compareLanes(t, r, words)
	r.row("durable events kept by the outbox / told", durable, countDurable(words))
	r.row("ended, stored, opened, closed: each once", want, want)
	r.row("messages asked / refused / repeated", "", fmt.Sprintf("%d/%d/%d", requests, refused, repeats))
}

func live(kind string) bool {
	return slices.Contains([]string{
		"agent.mode", "call.changed", "call.held", "call.offer_ended", "call.offered", "call.queued", "call.resumed",
		"call.started", "call.talk_ended", "call.unqueued",
	}, kind)
}

func countDurable(words []word) (n int) {
	for _, w := range words {
		if !live(w.kind) {
			n++
		}
	}
	return n
}

// compareLanes: within each lane the numbers come in their order, and whatever number is
// missing was a live event that expired.
func (s *soak) compareLanes(t *testing.T, r *report, words []word) (durable int) {
	t.Helper()
	told := map[string]map[int64]bool{}
	last := map[string]int64{}
	for _, w := range words {
		if w.seq <= last[w.lane] {
			r.differ("%s: number %d (%s) came after %d", w.lane, w.seq, w.kind, last[w.lane])
		}
		last[w.lane] = max(last[w.lane], w.seq)
		if told[w.lane] == nil {
			told[w.lane] = map[int64]bool{}
		}
		told[w.lane][w.seq] = true
	}
	most, states := map[string]int64{}, map[cti.DeliveryState]int{}
	for _, d := range pages[cti.Delivery](t, s.admin, "/api/v1/webhooks/crm/deliveries?limit=200") {
		states[d.State]++
		most[d.Lane]++
		if !live(d.Kind) {
			durable++
		}
		if !told[d.Lane][d.Seq] && (d.State != cti.DeliveryExpired || !live(d.Kind)) {
			r.differ("%s: number %d (%s, %s, attempts %d, %s) never came", d.Lane, d.Seq, d.Kind, d.State, d.Attempts, d.Error)
		}
	}
	for _, lane := range slices.Sorted(maps.Keys(last)) {
		if last[lane] > most[lane] {
			r.differ("%s: number %d came, but the outbox has %d messages", lane, last[lane], most[lane])
		}
	}
	r.row("messages by state", "", fmt.Sprint(states))
	return durable
}
