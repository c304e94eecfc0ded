package gaps

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"callcard/pkg/cti"
)

// logged is a queue_log that grows and is rotated, and who follows it.
type logged struct {
	t       *testing.T
	file    string
	n       int       // lines written
	at      time.Time // of the newest file
	old     int       // rotated files
	store   *memory
	tail    *tail
	read    []string // Uniqueids in the order in which they were read
	partial string   // the beginning of a line
}

func newLogged(t *testing.T, dir string) *logged {
	l := &logged{t: t, file: filepath.Join(dir, "queue_log"), store: newMemory(), at: time.Unix(1795350000, 0)}
	l.restart()
	return l
}

func (l *logged) restart() {
	l.tail = &tail{
		pbx: "m", kind: cti.QueueLog, file: l.file, parse: queueLine, store: l.store, now: func() time.Time { return time.Unix(1795350000, 0) },
		stored: func(lines []cti.LogLine) {
			for _, line := range lines {
				l.read = append(l.read, line.Uniqueid)
			}
		},
	}
}

func (l *logged) must(err error) {
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *logged) add(text string) {
	f, err := os.OpenFile(l.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	l.must(err)
	_, err = f.WriteString(text)
	l.must(err)
	l.must(f.Close())
	l.touch(l.file)
}

// touch gives files distinct times: those of the disk's clock are too coarse.
func (l *logged) touch(file string) {
	l.at = l.at.Add(time.Second)
	l.must(os.Chtimes(file, l.at, l.at))
}

func (l *logged) line() {
	if l.partial != "" {
		l.add(l.partial)
		l.partial = ""
		return
	}
	l.n++
	l.add(fmt.Sprintf("%d|m-1.%d|support|NONE|ENTERQUEUE||79161234567|1\n", 1795350000+l.n, l.n))
}

// half of a line is there; the rest comes later.
func (l *logged) half() {
	if l.partial != "" {
		return
	}
	l.n++
	text := fmt.Sprintf("%d|m-1.%d|support|NONE|ENTERQUEUE||79161234567|1\n", 1795350000+l.n, l.n)
	l.add(text[:len(text)/2])
	l.partial = text[len(text)/2:]
}

// rotate as logrotate does: the old file gets a number, or is copied and made empty.
func (l *logged) rotate(act string) {
	if l.partial != "" {
		l.line() // nobody rotates in the middle of a write
	}
	if info, err := os.Stat(l.file); err != nil || info.Size() == 0 {
		return
	}
	for i := l.old; i > 0; i-- {
		for _, ext := range []string{"", ".gz"} {
			if _, err := os.Stat(fmt.Sprintf("%s.%d%s", l.file, i, ext)); err == nil {
				l.must(os.Rename(fmt.Sprintf("%s.%d%s", l.file, i, ext), fmt.Sprintf("%s.%d%s", l.file, i+1, ext)))
			}
		}
	}
	l.old++
	if act == "rename" {
		l.must(os.Rename(l.file, l.file+".1"))
		return
	}
	text, err := os.ReadFile(l.file)
	l.must(err)
	l.must(os.WriteFile(l.file+".1", text, 0o600))
	l.touch(l.file + ".1")
	l.must(os.Truncate(l.file, 0))
	l.touch(l.file)
}

// compress the file before the newest rotated one, or this, keeping its time as gzip does.
func (l *logged) compress(number int) {
	name := fmt.Sprintf("%s.%d", l.file, number)
	text, err := os.ReadFile(name)
	if err != nil {
		return
	}
	info, err := os.Stat(name)
	l.must(err)
	f, err := os.Create(name + ".gz")
	l.must(err)
	w := gzip.NewWriter(f)
	_, err = w.Write(text)
	l.must(err)
	l.must(w.Close())
	l.must(f.Close())
	l.must(os.Chtimes(name+".gz", info.ModTime(), info.ModTime()))
	l.must(os.Remove(name))
}

// TestNoLineIsLostOrReadTwice, however the file grows, is rotated and compressed, and
// whenever callcard looks or starts again.
func TestNoLineIsLostOrReadTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "a [b]*") // a name that would be a pattern
		if err != nil {
			t.Fatal(err)
		}
		l := newLogged(t, dir)
		l.line()
		l.must(l.tail.follow(t.Context()))
		acts := rapid.SliceOf(rapid.SampledFrom([]string{"line", "line", "half", "rename", "copy", "compress 1", "compress 2", "look", "start"})).Draw(r, "acts")
		for _, act := range append(acts, "line", "line", "look") {
			switch act {
			case "line":
				l.line()
			case "half":
				l.half()
			case "rename", "copy":
				l.rotate(act)
			case "compress 1", "compress 2":
				l.compress(int(act[len(act)-1] - '0'))
			case "look":
				l.must(l.tail.follow(t.Context()))
			case "start":
				l.restart()
			}
		}
		var want []string
		for i := range l.n {
			want = append(want, fmt.Sprintf("m-1.%d", i+1))
		}
		if l.partial != "" {
			want = want[:len(want)-1]
		}
		if !slices.Equal(l.read, want) {
			r.Fatalf("read %s\nwant %s", strings.Join(l.read, " "), strings.Join(want, " "))
		}
	})
}
