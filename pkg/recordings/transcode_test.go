package recordings

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// ffmpegFor gives the real program.
func ffmpegFor(t *testing.T, format string) *Transcoder {
	t.Helper()
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no ffmpeg: ", err)
	}
	return &Transcoder{Program: program, Format: format, Workers: 2}
}

// spoken is a WAVE file in stereo: a tone at the left, silence at the right.
func spoken(seconds int) []byte {
	frames := int64(seconds * 8000)
	b := stereoHeader(frames, 16000)
	for i := range frames {
		v := uint16(int16(8000 * math.Sin(float64(i)*2*math.Pi*440/8000)))
		b = append(b, byte(v), byte(v>>8), 0, 0)
	}
	return b
}

// stored puts a file into the vault and says in the index that it is to be transcoded.
func stored(t *testing.T, b *bench, v *flaky, id string, content []byte) cti.Recording {
	t.Helper()
	r := cti.Recording{ID: id, CallID: "main:1.1", State: cti.RecordingVerified, File: "2026/11/22/" + id + ".wav", Due: dueConvert}
	r.SHA256, _ = sumOf(bytes.NewReader(content))
	v.kept[r.File] = content
	b.store.all[id] = r
	return r
}

func transcoder(t *testing.T, format string) (*bench, *flaky, *transcoding) {
	t.Helper()
	b, v := vaulted(t)
	b.opts.Transcoder = ffmpegFor(t, format)
	svc, err := New(b.opts)
	if err != nil {
		t.Fatal(err)
	}
	b.svc = svc
	return b, v, &transcoding{tries: map[string]int{}}
}

// TestTranscodeOfAsterisksFormats: what MixMonitor writes under each extension, five seconds long.
func TestTranscodeOfAsterisksFormats(t *testing.T) {
	t.Parallel()
	for ext, like := range map[string][]string{
		".gsm": {"-ar", "8000", "-f", "gsm"}, ".ulaw": {"-ar", "8000", "-f", "mulaw"}, ".alaw": {"-ar", "8000", "-f", "alaw"},
		".sln": {"-ar", "8000", "-f", "s16le"}, ".g722": {"-ar", "16000", "-f", "g722"}, ".wav49": {"-ar", "8000", "-c:a", "gsm_ms", "-f", "wav"},
	} {
		t.Run(ext, func(t *testing.T) {
			t.Parallel()
			b, v, work := transcoder(t, FormatOpus)
			args := append([]string{"-v", "error", "-f", "lavfi", "-i", "sine=440:duration=5", "-ac", "1"}, like...)
			content, err := exec.CommandContext(t.Context(), b.opts.Transcoder.Program, append(args, "pipe:1")...).Output()
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "to be done", dueConvert, b.svc.toBeTranscoded("x"+ext))
			was := stored(t, b, v, "r1", content)
			delete(v.kept, was.File)
			was.File = "2026/11/22/r1" + ext
			v.kept[was.File], b.store.all["r1"] = content, was
			if !b.svc.transcodeSome(t.Context(), work) {
				t.Fatal("nothing was done")
			}
			r := b.only(t)
			equal(t, "index", []any{"2026/11/22/r1.opus", "", ""}, []any{r.File, r.Due, r.Note})
			path := filepath.Join(t.TempDir(), "x")
			write(t, path, string(v.kept[r.File]))
			if seconds, err := b.opts.Transcoder.length(t.Context(), path); err != nil || math.Abs(seconds-5) > 0.3 {
				t.Errorf("%.2f s, %v", seconds, err)
			}
			b.opts.Transcoder = nil
			plain, err := New(b.opts)
			if err != nil {
				t.Fatal(err)
			}
			if why := plain.unplayable("x" + ext); (why == "") != (ext == ".wav49") {
				t.Errorf("without ffmpeg: %q", why)
			}
		})
	}
}

func TestTranscode(t *testing.T) {
	t.Parallel()
	for format, magic := range map[string]string{FormatOpus: "OggS", FormatMP3: "ID3"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			b, v, work := transcoder(t, format)
			content := spoken(5)
			was := stored(t, b, v, "r1", content)
			if !b.svc.transcodeSome(t.Context(), work) {
				t.Fatal("nothing was done")
			}
			r := b.only(t)
			small := v.kept[r.File]
			sum, _ := sumOf(bytes.NewReader(small))
			equal(t, "index", []any{"2026/11/22/r1." + format, "", int64(len(small)), sum, cti.RecordingVerified, ""},
				[]any{r.File, r.Due, r.Bytes, r.SHA256, r.State, r.Note})
			if !strings.HasPrefix(string(small), magic) || len(small) > len(content)/2 {
				t.Errorf("%d bytes of %d, beginning with % x", len(small), len(content), small[:4])
			}
			if _, there := v.kept[was.File]; there || len(v.kept) != 1 {
				t.Errorf("the original is still there: %d files", len(v.kept))
			}
			path := filepath.Join(t.TempDir(), "x")
			write(t, path, string(small))
			if seconds, err := b.opts.Transcoder.length(t.Context(), path); err != nil || math.Abs(seconds-5) > 0.3 {
				t.Errorf("%.2f s, %v", seconds, err)
			}
			left, err := os.ReadDir(filepath.Join(b.opts.Dir, temporary))
			if len(left) > 0 || err != nil {
				t.Errorf("left behind: %v, %v", left, err)
			}
			if b.svc.transcodeSome(t.Context(), work) {
				t.Error("there was something left to do")
			}
		})
	}
}

// Whatever step was the last before a crash, the next run ends with the small file alone.
func TestTranscodingIsResumed(t *testing.T) {
	t.Parallel()
	b, v, work := transcoder(t, FormatOpus)
	content := spoken(2)
	r := stored(t, b, v, "r1", content)
	v.kept["2026/11/22/r1.opus"] = []byte("half of it") // kept, and the index does not know
	b.svc.transcodeSome(t.Context(), work)
	equal(t, "files", 1, len(v.kept))
	small := slices.Clone(v.kept["2026/11/22/r1.opus"])
	v.kept[r.File] = content // exchanged in the index, and not removed
	done := b.only(t)
	done.Due = dueRemove + r.File
	b.store.all["r1"] = done
	b.svc.transcodeSome(t.Context(), work)
	done.Due = ""
	equal(t, "index", done, b.only(t))
	equal(t, "files again", map[string][]byte{"2026/11/22/r1.opus": small}, v.kept)
}

func TestWhatCannotBeTranscodedStays(t *testing.T) {
	t.Parallel()
	b, v, work := transcoder(t, FormatMP3)
	r := stored(t, b, v, "r1", []byte("RIFF and nothing"))
	for range maxTries {
		b.svc.transcodeSome(t.Context(), work)
	}
	got := b.only(t)
	equal(t, "index", []any{r.File, "", true, uint64(maxTries)},
		[]any{got.File, got.Due, strings.HasPrefix(got.Note, "not transcoded: "), b.svc.Stats().Untranscoded})
	equal(t, "file", []byte("RIFF and nothing"), v.kept[r.File])

	playlist := "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" // must not be opened by what it looks like
	if err := b.opts.Transcoder.encode(t.Context(), writeFile(t, playlist), filepath.Join(t.TempDir(), "x.mp3"), 1); err == nil {
		t.Error("a list of files was taken for sound")
	}
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "-i in.wav") // a name like an option
	write(t, path, content)
	return path
}

func TestTranscodingWaitsForTheStore(t *testing.T) {
	t.Parallel()
	b, v, work := transcoder(t, FormatOpus)
	r := stored(t, b, v, "r1", spoken(1))
	v.set(errors.New("away"))
	for range 2 * maxTries {
		if b.svc.transcodeSome(t.Context(), work) {
			t.Error("something was done")
		}
	}
	equal(t, "index", r, b.only(t))
	v.set(nil)
	b.svc.transcodeSome(t.Context(), work)
	equal(t, "then", "2026/11/22/r1.opus", b.only(t).File)
}

func TestAFileThatExpiresMeanwhileIsNotExchanged(t *testing.T) {
	t.Parallel()
	b, v, work := transcoder(t, FormatOpus)
	r := stored(t, b, v, "r1", spoken(1))
	gone := r
	gone.State, gone.File = cti.RecordingExpired, ""
	b.store.all["r1"] = gone
	if err := b.svc.finish(t.Context(), r, work); !errors.Is(err, cti.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if _, there := v.kept["2026/11/22/r1.opus"]; there {
		t.Error("the small file is left in the store")
	}
}

// A program that hangs is ended with its deadline, and one that is gone is an error.
func TestFFmpegIsBounded(t *testing.T) {
	t.Parallel()
	slow := Transcoder{Program: filepath.Join(t.TempDir(), "ffmpeg"), Format: FormatOpus}
	if _, err := slow.length(t.Context(), "x"); err == nil {
		t.Error("ran a program that is not there")
	}
	if err := os.WriteFile(slow.Program, []byte("#!/bin/sh\nexec sleep 600\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := slow.length(ctx, "x"); err == nil {
		t.Error("a program that hangs has succeeded")
	}
}
