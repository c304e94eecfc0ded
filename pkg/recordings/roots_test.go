package recordings

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"callcard/pkg/cti"
)

func write(tb testing.TB, path, content string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "outside")
	write(t, filepath.Join(outside, "secret.wav"), "secret")
	dir := filepath.Join(t.TempDir(), "monitor")
	for _, name := range []string{"x.wav", "2026/11/22/q-1.wav", "2026/11/22/x.wav", "y.WAV", "z.wav49", "cc/own.wav"} {
		write(t, filepath.Join(dir, name), name)
	}
	for link, to := range map[string]string{"link.wav": filepath.Join(outside, "secret.wav"), "inner.wav": "x.wav", "out": outside} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo.wav"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, prefix, path string
		want               string // the content, or what the error says
	}{
		{"relative", "", "x.wav", "x.wav"},
		{"below the spool", "", "/var/spool/asterisk/monitor/2026/11/22/q-1.wav", "2026/11/22/q-1.wav"},
		{"not the file of the same name elsewhere", "", "/var/spool/asterisk/monitor/2026/11/22/x.wav", "2026/11/22/x.wav"},
		{"below the configured prefix", "/mnt/pbx/rec", "/mnt/pbx/rec/cc/own.wav", "cc/own.wav"},
		{"prefix with a slash at its end", "/mnt/pbx/rec/", "/mnt/pbx/rec/cc/own.wav", "cc/own.wav"},
		{"as this machine names it", "", dir + "/cc/own.wav", "cc/own.wav"},
		{"the longest ending that exists", "", "/opt/other/2026/11/22/q-1.wav", "2026/11/22/q-1.wav"},
		{"doubled slashes and dots", "", "//var//spool/./asterisk/monitor/x.wav", "x.wav"},
		{"renamed by Asterisk", "", "/var/spool/asterisk/monitor/y.wav49", "y.WAV"},
		{"not renamed", "", "z.wav49", "z.wav49"},
		{"nowhere", "", "/a/b.wav", "not found; tried " + dir + "/a/b.wav, " + dir + "/b.wav"},
		{"up and out", "", "/var/spool/asterisk/monitor/../../../../etc/passwd", "refused"},
		{"up only", "", "..", "refused"},
		{"up inside", "", "cc/../x.wav", "refused"},
		{"nothing", "", "", "refused"},
		{"the root", "", "/", "refused"},
		{"a NUL", "", "x.wav\x00.txt", "refused"},
		{"very deep", "", strings.Repeat("a/", 17) + "x.wav", "refused"},
		{"very long", "", strings.Repeat("a", 5000) + ".wav", "not found"},
		{"a link that leads out", "", "link.wav", "no regular file"},
		{"a folder that leads out", "", "out/secret.wav", "escapes"},
		{"a link inside", "", "inner.wav", "no regular file"},
		{"a pipe", "", "fifo.wav", "no regular file"},
		{"a folder", "", "cc", "no regular file"},
	} {
		f, _, err := Root{PBX: "main", Dir: dir, Prefix: test.prefix}.find(test.path)
		have := ""
		if err != nil {
			have = err.Error()
		} else {
			content, err := io.ReadAll(f)
			if err != nil {
				t.Fatal(err)
			}
			have = string(content)
			_ = f.Close()
		}
		if err == nil && have != test.want || err != nil && !strings.Contains(have, test.want) {
			t.Errorf("%s: %q gave %q, want %q", test.name, test.path, have, test.want)
		}
		if refused := test.want == "refused"; errors.Is(err, errRefused) != refused {
			t.Errorf("%s: %q was refused: %v, want %v", test.name, test.path, !refused, refused)
		}
	}
}

func TestADirectoryThatIsNotThereIsUnavailable(t *testing.T) {
	t.Parallel()
	_, _, err := Root{PBX: "main", Dir: filepath.Join(t.TempDir(), "not mounted")}.find("x.wav")
	if _, ok := errors.AsType[*cti.UnavailableError](err); !ok {
		t.Errorf("got %v, want that it is not available", err)
	}
}

func FuzzCandidates(f *testing.F) {
	f.Add("/var/spool/asterisk/monitor/x.wav", "/mnt")
	f.Add("../x", "")
	f.Add("a//b/.//c.wav49", "/")
	f.Fuzz(func(t *testing.T, name, prefix string) {
		names, err := Root{Dir: "/srv/rec", Prefix: prefix}.candidates(name)
		if (err != nil) != (len(names) == 0) {
			t.Fatalf("%q: %v, %v", name, names, err)
		}
		for _, candidate := range names {
			if !filepath.IsLocal(candidate) {
				t.Errorf("%q leads out of the folder as %q", name, candidate)
			}
		}
	})
}
