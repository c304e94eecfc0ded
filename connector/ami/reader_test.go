package ami

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/staskobzar/goami2"
)

func TestReaderFrames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     [][]Header
	}{
		{"one event", "Event: Hangup\r\nCause: 16\r\n\r\n", [][]Header{{{"Event", "Hangup"}, {"Cause", "16"}}}},
		{"lone line feeds", "Event: A\nB: 1\n\nEvent: C\n\n", [][]Header{{{"Event", "A"}, {"B", "1"}}, {{"Event", "C"}}}},
		{
			"repeated headers keep their order", "Event: A\r\nChanVariable: x=1\r\nB: 2\r\nChanVariable: x=3\r\n\r\n",
			[][]Header{{{"Event", "A"}, {"ChanVariable", "x=1"}, {"B", "2"}, {"ChanVariable", "x=3"}}},
		},
		{
			"empty and missing blank", "Event:A\r\nPausedReason: \r\nX:\r\n\r\n",
			[][]Header{{{"Event", "A"}, {"PausedReason", ""}, {"X", ""}}},
		},
		{"value with colons", "Event: A\r\nTime: 10:20:30\r\n\r\n", [][]Header{{{"Event", "A"}, {"Time", "10:20:30"}}}},
		{
			"odd names of user events", "Event: UserEvent\r\nmy_var: 1\r\nдоб: 2\r\nZ: 3\r\n\r\n",
			[][]Header{{{"Event", "UserEvent"}, {"my_var", "1"}, {"доб", "2"}, {"Z", "3"}}},
		},
		{"names in another encoding, and NUL", "Event: A\r\nCallerIDName: \xcf\xe5\xf2\xf0 K\x00.\r\n\r\n", [][]Header{{{"Event", "A"}, {"CallerIDName", "\uFFFD K."}}}},
		{"garbage line inside", "Event: A\r\nno header here\r\nB: 1\r\n\r\n", [][]Header{{{"Event", "A"}, {"B", "1"}}}},
		{"blank lines between", "\r\n\r\nEvent: A\r\n\r\n\r\n\nEvent: B\r\n\r\n", [][]Header{{{"Event", "A"}}, {{"Event", "B"}}}},
		{
			"old command output", "Response: Follows\r\nPrivilege: Command\r\nActionID: 7\r\nName: x\n\nlast\n--END COMMAND--\r\n\r\nEvent: B\r\n\r\n",
			[][]Header{{
				{"Response", "Follows"},
				{"Privilege", "Command"},
				{"ActionID", "7"},
				{"Output", "Name: x"},
				{"Output", ""},
				{"Output", "last"},
			}, {{"Event", "B"}}},
		},
		{
			"old command output without a last line feed", "Response: Follows\r\nActionID: 7\r\ndone--END COMMAND--\r\n\r\n",
			[][]Header{{{"Response", "Follows"}, {"ActionID", "7"}, {"Output", "done"}}},
		},
		{
			"new command output", "Response: Success\r\nOutput: a\r\nOutput: \r\nOutput: b\r\n\r\n",
			[][]Header{{{"Response", "Success"}, {"Output", "a"}, {"Output", ""}, {"Output", "b"}}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, src := range map[string]io.Reader{
				"at once":      strings.NewReader(tt.in),
				"byte by byte": iotest.OneByteReader(strings.NewReader(tt.in)),
			} {
				got, err := readAll(NewReader(src, Limits{}))
				if !errors.Is(err, io.EOF) {
					t.Errorf("%s: end: %v", name, err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
			}
		})
	}
}

func readAll(r *Reader) (out [][]Header, err error) {
	for {
		m, err := r.Next()
		if Recoverable(err) {
			continue
		}
		if err != nil {
			return out, err
		}
		out = append(out, m.Headers())
	}
}

func TestReaderRefusesAndGoesOn(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("x", 5000)
	tests := []struct {
		name, bad string
		want      error
		head      string
	}{
		{"huge value", "Event: Big\r\nValue: " + huge + "\r\n\r\n", ErrTooLarge, "Event: Big"},
		{"huge in lines", "Event: Big\r\n" + strings.Repeat("A: 0123456789012345678901234567890123456789\r\n", 40) + "\r\n", ErrTooLarge, "Event: Big"},
		{"huge line of blanks", "Event: Big\r\n" + strings.Repeat(" ", 5000) + "\r\nEvent: Not: This\r\n\r\n", ErrTooLarge, "Event: Big"},
		{"huge command output", "Response: Follows\r\n" + strings.Repeat("a\n\n", 2000) + "--END COMMAND--\r\n\r\n", ErrTooLarge, "Response: Follows"},
		{"too many headers", "Event: Many\r\n" + strings.Repeat("A: 1\r\n", 60) + "\r\n", ErrTooManyHeaders, "Event: Many"},
		{"no header", "what is this\r\n\r\n", ErrMalformed, "what is this"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := "Event: Before\r\n\r\n" + tt.bad + "Event: After\r\n\r\n"
			for name, src := range map[string]io.Reader{
				"at once":      strings.NewReader(in),
				"byte by byte": iotest.OneByteReader(strings.NewReader(in)),
			} {
				r := NewReader(src, Limits{Message: 1024, Headers: 50})
				before, err := r.Next()
				if err != nil || before.Event() != "Before" {
					t.Fatalf("%s: first: %v, %v", name, before, err)
				}
				_, err = r.Next()
				var bad *MessageError
				if !errors.As(err, &bad) || !errors.Is(err, tt.want) {
					t.Fatalf("%s: got %v, want %v", name, err, tt.want)
				}
				if !strings.HasPrefix(bad.Head, tt.head) || len(bad.Head) > headLength || bad.Seq != 2 {
					t.Errorf("%s: got %+v", name, bad)
				}
				if diff := len(tt.bad) - bad.Size; diff < 0 || diff > 2 {
					t.Errorf("%s: size: got %d, want %d", name, bad.Size, len(tt.bad))
				}
				after, err := r.Next()
				if err != nil || after.Event() != "After" || after.Seq != 3 {
					t.Fatalf("%s: after: %v, %v", name, after, err)
				}
				if len(r.buf) > 1024 {
					t.Errorf("%s: the buffer grew to %d", name, len(r.buf))
				}
			}
		})
	}
}

func TestReaderGrowsToItsLimit(t *testing.T) {
	t.Parallel()
	in := "Event: Big\r\nValue: " + strings.Repeat("x", 300<<10) + "\r\n\r\n"
	m, err := NewReader(strings.NewReader(in), Limits{}).Next()
	if err != nil || len(m.Get("value")) != 300<<10 {
		t.Fatalf("got %d bytes, %v", len(m.Get("value")), err)
	}
}

func TestReaderEndInsideMessage(t *testing.T) {
	t.Parallel()
	r := NewReader(strings.NewReader("Event: A\r\nB: "), Limits{})
	if _, err := r.Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("got %v", err)
	}
}

func TestReaderBanner(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, version string
		err         error
	}{
		{"Asterisk Call Manager/5.0.4\r\nResponse: Success\r\n\r\n", "5.0.4", nil},
		{"Asterisk Call Manager/11.0.0\n", "11.0.0", nil},
		{"SSH-2.0-OpenSSH_9.2\r\n", "", ErrNotAMI},
		{strings.Repeat("x", 500), "", ErrNotAMI},
		{"Aster", "", io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		r := NewReader(iotest.HalfReader(strings.NewReader(tt.in)), Limits{})
		got, err := r.ReadBanner()
		if got != tt.version || !errors.Is(err, tt.err) {
			t.Errorf("%q: got %q, %v", tt.in, got, err)
		}
	}
}

func TestMessageLookup(t *testing.T) {
	t.Parallel()
	in := "Event: UserEvent\r\nChanVariable: a=1\r\nchanvariable: b=2\r\nResponse: x\r\nSecret: hidden\r\n\r\n"
	m, err := NewReader(strings.NewReader(in), Limits{}).Next()
	if err != nil {
		t.Fatal(err)
	}
	if m.Get("EVENT") != "UserEvent" || m.Event() != "UserEvent" || m.Response() != "" {
		t.Errorf("got %v", m)
	}
	if _, ok := m.Lookup("Missing"); ok {
		t.Error("a missing header was found")
	}
	if diff := cmp.Diff([]string{"a=1", "b=2"}, m.Values("ChanVariable")); diff != "" {
		t.Error(diff)
	}
	if s := m.String(); strings.Contains(s, "hidden") || !strings.Contains(s, "Secret: ***") {
		t.Errorf("secret shown: %s", s)
	}
}

// On everything a real Asterisk sent, our decoder and goami2's agree, but for
// blanks that belong to a value (RTPAUDIOQOSLOSS begins with two): goami2 drops
// all of them, we only the one that separates.
func TestDecodeAgreesWithGoami2(t *testing.T) {
	t.Parallel()
	for _, frame := range recordedFrames(t) {
		want, err := goami2.Parse(string(frame))
		if err != nil {
			t.Fatalf("%q: %v", frame, err)
		}
		got, _ := decode(frame, bytes.Count(frame, []byte("\n")), false)
		if diff := cmp.Diff(want.Headers(), trimmed(got.Headers())); diff != "" {
			t.Fatalf("%q: %s", frame, diff)
		}
	}
}

func trimmed(headers []Header) []goami2.Header {
	out := make([]goami2.Header, len(headers))
	for i, h := range headers {
		out[i] = goami2.Header{Name: h.Name, Value: strings.TrimLeft(h.Value, " ")}
	}
	return out
}

func TestRecordingRoundTrip(t *testing.T) {
	t.Parallel()
	for _, file := range recordings(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		rec, n := NewRecording(bytes.NewReader(data), Limits{}), 0
		for m, err := rec.Next(); err == nil; m, err = rec.Next() {
			n++
			writeRecord(&again, m)
		}
		// Asterisk ends some messages with one empty line more, which the
		// recorder took for a message of its own.
		if want := bytes.Count(data, []byte("\nEvent: ")) + bytes.Count(data, []byte("\nResponse: Success")); n < want {
			t.Errorf("%s: got %d messages, want at least %d", file, n, want)
		}
		twice := NewRecording(bytes.NewReader(again.Bytes()), Limits{})
		rec = NewRecording(bytes.NewReader(data), Limits{})
		for {
			a, errA := rec.Next()
			b, errB := twice.Next()
			if errA != nil || errB != nil {
				if !errors.Is(errA, errB) {
					t.Errorf("%s: ends differ: %v, %v", file, errA, errB)
				}
				break
			}
			if diff := cmp.Diff(a.Headers(), b.Headers()); diff != "" || !a.At.Equal(b.At) {
				t.Fatalf("%s: %v, %v: %s", file, a.At, b.At, diff)
			}
		}
	}
}

func writeRecord(b *bytes.Buffer, m Message) {
	fmt.Fprintf(b, "#T %.6f\r\n", float64(m.At.UnixMicro())/1e6)
	for _, h := range m.Headers() {
		fmt.Fprintf(b, "%s: %s\r\n", h.Name, h.Value)
	}
	b.WriteString("\r\n")
}

func recordings(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("testdata/*/*.ami")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no recordings: %v", err)
	}
	return files
}

// recordedFrames are the messages of all recordings as they came.
func recordedFrames(tb testing.TB) [][]byte {
	tb.Helper()
	var out [][]byte
	for _, file := range recordings(tb) {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for frame := range bytes.SplitSeq(data, []byte("\r\n\r\n")) {
			if _, rest, ok := bytes.Cut(frame, []byte("\n")); ok {
				out = append(out, append(bytes.Clone(rest), "\r\n\r\n"...))
			}
		}
	}
	return out
}

func FuzzReader(f *testing.F) {
	for _, file := range recordings(f)[:2] {
		data, _ := os.ReadFile(file)
		f.Add(data[:min(len(data), 4000)])
	}
	f.Add([]byte("Response: Follows\r\nA\n\n--END COMMAND--\r\n\r\n"))
	f.Add([]byte("Event: A\r\n" + strings.Repeat("x", 600) + "\r\n\r\nEvent: B\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{Message: 512, Headers: 20}
		whole, err1 := readAll(NewReader(bytes.NewReader(data), limits))
		small, err2 := readAll(NewReader(iotest.OneByteReader(bytes.NewReader(data)), limits))
		if diff := cmp.Diff(whole, small); diff != "" || (err1 == nil) != (err2 == nil) {
			t.Fatalf("the result depends on the size of the reads: %s", diff)
		}
		for _, headers := range whole {
			if len(headers) == 0 {
				t.Fatal("a message without headers was handed out")
			}
		}
	})
}
