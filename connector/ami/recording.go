package ami

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"time"
)

// Recording reads a recorded conversation: AMI output as it came, each message
// preceded by a line "#T <unix seconds>" that gives the time of its arrival.
// Other lines beginning with '#' are notes and are skipped.
type Recording struct {
	r  *Reader
	at time.Time
}

// NewRecording reads a recording from src.
func NewRecording(src io.Reader, limits Limits) *Recording {
	rec := &Recording{r: NewReader(src, limits)}
	rec.r.comment = rec.mark
	return rec
}

// Next returns the next message with the recorded time. io.EOF ends the
// recording; after an error with Recoverable the next call goes on.
func (rec *Recording) Next() (Message, error) {
	m, err := rec.r.Next()
	if err == nil && !rec.at.IsZero() {
		m.At = rec.at
	}
	return m, err
}

func (rec *Recording) mark(line []byte) {
	text, ok := bytes.CutPrefix(line, []byte("#T "))
	if !ok {
		return
	}
	seconds, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64)
	if err != nil || seconds < 0 || seconds > math.MaxUint32*4 {
		return
	}
	rec.at = time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC()
}
