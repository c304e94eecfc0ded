package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Formats into which stored sounds are brought.
const (
	FormatOpus = "opus"
	FormatMP3  = "mp3"
)

// Transcoder makes small files of stored WAVE files and of Asterisk's formats without a
// header, by ffmpeg.
type Transcoder struct {
	Program string // path of ffmpeg
	Format  string // FormatOpus or FormatMP3
	Workers int    // at a time; 1 when zero
}

// codec is what ffmpeg is asked for. One voice in 8 kHz needs no more: Opus 24 kbit/s, MP3 64.
func (t Transcoder) codec(channels int) []string {
	if t.Format == FormatMP3 {
		return []string{"-c:a", "libmp3lame", "-b:a", "64k", "-f", "mp3"}
	}
	rate := "24k"
	if channels > 1 {
		rate = "32k"
	}
	return []string{"-c:a", "libopus", "-application", "voip", "-b:a", rate, "-f", "ogg"}
}

func (t Transcoder) extension() string { return "." + t.Format }

// demuxer is how ffmpeg reads a file of that extension; nil is for what stays as it is.
func demuxer(ext string) []string {
	switch ext {
	case ".wav", ".wav49":
		return []string{"-f", "wav"}
	case ".gsm", ".g722":
		return []string{"-f", ext[1:]}
	case ".ulaw":
		return []string{"-f", "mulaw", "-ar", "8000", "-ac", "1"}
	case ".alaw":
		return []string{"-f", "alaw", "-ar", "8000", "-ac", "1"}
	case ".sln":
		return []string{"-f", "s16le", "-ar", "8000", "-ac", "1"}
	}
	return nil
}

// encode makes out of the file in, whose extension is true. The demuxer is named, so that a file which only
// pretends to be sound cannot make ffmpeg open others.
func (t Transcoder) encode(ctx context.Context, in, out string, channels int) error {
	args := append([]string{"-y"}, demuxer(filepath.Ext(in))...)
	args = append(args, "-i", "file:"+in, "-map", "0:a:0", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
	args = append(args, t.codec(channels)...)
	return t.run(ctx, io.Discard, append(args, "file:"+out)...)
}

// decodedRate is the samples a second to which length decodes.
const decodedRate = 8000

// length decodes a whole file and returns how long it sounds.
func (t Transcoder) length(ctx context.Context, path string) (seconds float64, err error) {
	var count counter
	demuxer := "ogg"
	if t.Format == FormatMP3 {
		demuxer = "mp3"
	}
	err = t.run(ctx, &count, "-xerror", "-f", demuxer, "-i", "file:"+path, "-f", "s16le", "-ac", "1", "-ar", fmt.Sprint(decodedRate), "pipe:1")
	return float64(count) / (2 * decodedRate), err
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// idle is the lowest priority: calls and cards come first.
const idle = 19

// run starts ffmpeg without a shell, without input and without more of our environment
// than it needs, and ends it when ctx does.
func (t Transcoder) run(ctx context.Context, out io.Writer, args ...string) error {
	said := &words{}
	cmd := exec.CommandContext(ctx, t.Program, append([]string{"-nostdin", "-hide_banner", "-v", "error", "-threads", "1", "-protocol_whitelist", "file,pipe"}, args...)...)
	cmd.Env, cmd.Dir = []string{"LC_ALL=C"}, "/"
	cmd.Stdout, cmd.Stderr = out, said
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start ffmpeg: %w", err)
	}
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, cmd.Process.Pid, idle) // it is only slower to us without
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("ffmpeg: %w: %s", errors.Join(ctx.Err(), err), said)
	}
	return nil
}

// words keeps the beginning of what a program says.
type words struct{ text strings.Builder }

func (w *words) Write(p []byte) (int, error) {
	const most = 500
	if room := most - w.text.Len(); room > 0 {
		w.text.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (w *words) String() string { return strings.TrimSpace(w.text.String()) }
