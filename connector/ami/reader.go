package ami

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// Limits bound what a peer may make us keep in memory for one message.
type Limits struct {
	Message int // bytes, default 1 MiB
	Headers int // lines, default 4096
}

const (
	defaultMessageLimit = 1 << 20
	minMessageLimit     = 256
	defaultHeaderLimit  = 4096
	readBuffer          = 64 << 10
	headLength          = 80 // how much of a refused message an error shows
)

func (l Limits) withDefaults() Limits {
	if l.Message <= 0 {
		l.Message = defaultMessageLimit
	}
	l.Message = max(l.Message, minMessageLimit)
	if l.Headers <= 0 {
		l.Headers = defaultHeaderLimit
	}
	return l
}

// Reader frames and decodes messages from a byte stream, with one buffer that
// is used again and never grows beyond the limit. It accepts CRLF and lone LF.
//
// A message that is refused (see MessageError) costs only itself: the next call
// goes on at the next blank line. Every other error is the end of the stream.
type Reader struct {
	src    io.Reader
	limits Limits

	buf        []byte
	start, end int // unread bytes are buf[start:end]
	scanned    int // bytes of them already looked at
	line       int // where the line being scanned begins, from start

	lines   int  // lines of the message so far
	follows bool // old-style command output: ends at endCommand, not at a blank line
	refused *MessageError
	size    int // bytes of the message already let go of

	at      time.Time
	seq     uint64
	garbage uint64
	comment func(line []byte) // lines beginning with '#', between messages
}

// NewReader reads messages from src.
func NewReader(src io.Reader, limits Limits) *Reader {
	limits = limits.withDefaults()
	return &Reader{src: src, limits: limits, buf: make([]byte, min(readBuffer, limits.Message))}
}

// Garbage counts lines that were neither header nor blank.
func (r *Reader) Garbage() uint64 { return r.garbage }

const bannerPrefix = "Asterisk Call Manager/"

// ReadBanner reads the greeting line and returns the protocol version.
func (r *Reader) ReadBanner() (version string, err error) {
	for {
		if i := bytes.IndexByte(r.buf[r.start:r.end], '\n'); i >= 0 {
			line := bytes.TrimRight(r.buf[r.start:r.start+i], "\r")
			r.start += i + 1
			return parseBanner(line)
		}
		if r.end-r.start > headLength {
			return parseBanner(r.buf[r.start:r.end])
		}
		if err := r.fill(); err != nil {
			return "", fmt.Errorf("read AMI banner: %w", err)
		}
	}
}

func parseBanner(line []byte) (string, error) {
	version, ok := bytes.CutPrefix(line, []byte(bannerPrefix))
	if !ok || len(line) > headLength {
		return "", fmt.Errorf("%w: want %q, got %q", ErrNotAMI, bannerPrefix+"…", head(line))
	}
	return string(version), nil
}

// Next returns the next message.
func (r *Reader) Next() (Message, error) {
	for {
		if done, m, err := r.scan(); done {
			return m, err
		}
		r.makeRoom()
		if err := r.fill(); err != nil {
			return Message{}, err
		}
	}
}

// scan looks at the bytes at hand line by line until a message is complete.
func (r *Reader) scan() (done bool, m Message, err error) {
	for {
		unread := r.buf[r.start:r.end]
		i := bytes.IndexByte(unread[r.scanned:], '\n')
		if i < 0 {
			r.scanned = len(unread)
			return false, Message{}, nil
		}
		next := r.scanned + i + 1
		line := unread[r.line : next-1]
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		r.scanned, r.line = next, next
		switch {
		case r.ends(line):
			m, err = r.take(next)
			return true, m, err
		case r.lines == 0 && r.size == 0 && (len(line) == 0 || line[0] == '#'):
			r.between(line, next)
		default:
			r.count(line)
		}
	}
}

func (r *Reader) ends(line []byte) bool {
	if r.follows {
		return bytes.HasSuffix(line, []byte(endCommand))
	}
	return len(line) == 0 && (r.lines > 0 || r.size > 0)
}

// between steps over what may stand between two messages.
func (r *Reader) between(line []byte, next int) {
	if len(line) > 0 {
		if r.comment != nil {
			r.comment(line)
		} else {
			r.garbage++
		}
	}
	r.start += next
	r.scanned, r.line = 0, 0
}

func (r *Reader) count(line []byte) {
	r.lines++
	if r.lines == 1 && r.size == 0 {
		r.follows = isFollows(line)
	}
	if r.lines > r.limits.Headers && !r.follows {
		r.refuse(ErrTooManyHeaders)
	}
}

// take hands out the message of n bytes at the front of the buffer.
func (r *Reader) take(n int) (Message, error) {
	frame := r.buf[r.start : r.start+n]
	r.start += n
	lines, follows, refused, size := r.lines, r.follows, r.refused, r.size+n
	r.scanned, r.line, r.lines, r.follows, r.refused, r.size = 0, 0, 0, false, nil, 0
	r.seq++
	if refused != nil {
		refused.Size, refused.Seq = size, r.seq
		return Message{}, refused
	}
	m, garbage := decode(frame, lines, follows)
	r.garbage += uint64(garbage)
	m.Seq, m.At = r.seq, r.at
	if m.Len() == 0 {
		return Message{}, &MessageError{Err: ErrMalformed, Size: size, Seq: m.Seq, Head: head(frame)}
	}
	return m, nil
}

// refuse marks the message as one that will not be handed out.
func (r *Reader) refuse(why error) {
	if r.refused == nil {
		r.refused = &MessageError{Err: why, Head: head(r.buf[r.start:r.end])}
	}
}

// makeRoom leaves free space behind the unread bytes.
func (r *Reader) makeRoom() {
	if r.end-r.start == len(r.buf) && len(r.buf) >= r.limits.Message {
		r.refuse(ErrTooLarge)
	}
	if r.refused != nil {
		r.letGo()
	}
	if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
		r.start, r.end = 0, r.end-r.start
	}
	if r.end == len(r.buf) {
		grown := make([]byte, min(2*len(r.buf), r.limits.Message))
		copy(grown, r.buf)
		r.buf = grown
	}
}

// letGo forgets the bytes of a refused message but the last line, whose end is
// needed to find the blank line; of an endless line only its tail is kept.
func (r *Reader) letGo() {
	drop := r.line
	if rest := r.end - r.start - drop; rest > len(r.buf)/2 {
		drop = r.end - r.start - len(endCommand) - 1
	}
	r.start += drop
	r.size += drop
	r.scanned -= drop
	r.line = 0
}

// fill reads once. The time is taken once per read: all messages of one read
// came together.
func (r *Reader) fill() error {
	for range 100 {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		if n > 0 {
			r.at = time.Now()
			return nil
		}
		if errors.Is(err, io.EOF) && r.end > r.start {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return reason(err)
		}
	}
	return io.ErrNoProgress
}

func head(b []byte) string {
	return string(b[:min(len(b), headLength)])
}
