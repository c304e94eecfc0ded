package recordings

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"callcard/pkg/cti"
)

// fakeFetcher has files by the name that the PBX gave.
type fakeFetcher map[string]func() (io.ReadCloser, error)

func (f fakeFetcher) Fetch(_ context.Context, r cti.Recording) (io.ReadCloser, error) {
	if fetch := f[strings.TrimPrefix(r.Source, spool+"/")]; fetch != nil {
		return fetch()
	}
	return nil, cti.ErrNotFound
}

func TestFetch(t *testing.T) {
	for name, test := range map[string]struct {
		pbx   string
		after time.Duration
		want  cti.RecordingState
	}{
		"a remote PBX":      {"other", 0, cti.RecordingStored},
		"not on this disk":  {"main", 0, cti.RecordingStored},
		"nowhere":           {"none", time.Minute, cti.RecordingMissing},
		"the PBX is busy":   {"busy", 2 * time.Hour, cti.RecordingExpected},
		"broken half-way":   {"half", time.Minute, cti.RecordingMissing},
		"local goes before": {"local", 0, cti.RecordingStored},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				complete := append(header(16000), sound(1)...)
				give := func(r io.Reader) func() (io.ReadCloser, error) {
					return func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
				}
				b.opts.Fetcher = fakeFetcher{
					"other.wav": give(bytes.NewReader(complete)),
					"main.wav":  give(bytes.NewReader(complete)),
					"busy.wav":  func() (io.ReadCloser, error) { return nil, &cti.UnavailableError{What: "ARI", Err: io.EOF} },
					"half.wav":  give(io.MultiReader(bytes.NewReader(complete[:100]), failing{})),
					"local.wav": func() (io.ReadCloser, error) { panic("fetched what is here") },
				}
				write(t, b.file("local.wav"), string(complete))
				b.opts.Roots = append(b.opts.Roots, Root{PBX: "local", Dir: b.pbx})
				b.run(t)
				c := call(test.pbx + ".wav")
				c.Files[0].Leg.PBX = test.pbx
				b.tell(t, cti.CallFinished, c)
				pass(test.after)
				r := b.only(t)
				equal(t, "state", test.want, r.State)
				if r.State == cti.RecordingStored {
					equal(t, "content", true, bytes.Equal(complete, b.play(t, r)))
					equal(t, "kind", ".wav", filepath.Ext(r.File))
				}
				entries, err := os.ReadDir(filepath.Join(b.opts.Dir, temporary))
				if err != nil || len(entries) > 0 {
					t.Errorf("left behind: %v, %v", entries, err)
				}
				b.stop()
			})
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
