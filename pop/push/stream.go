package push

import (
	"sync"
	"time"

	"callcard/pkg/cti"
)

// stream is one user's numbered frames and connections. The number outlives the kept
// frames, so that it never counts backwards within an epoch.
type stream struct {
	user  cti.UserID
	awake bool // a browser answers, as presence was told last; of Hub.Run alone

	mu       sync.Mutex
	seq      uint64
	kept     []frame // newest last, without gaps, the last one is seq
	bytes    int     // of kept
	conns    []*conn
	lastSeen time.Time // when a browser that went was heard last
}

type keepLimits struct {
	frames int
	bytes  int
	age    time.Duration
}

// skip counts a frame that nobody will ask for, without encoding it.
func (s *stream) skip(now time.Time, limits keepLimits) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.conns) > 0 || now.Sub(s.lastSeen) < limits.age {
		return false
	}
	s.seq++
	s.kept, s.bytes = nil, 0
	return true
}

func (s *stream) publish(now time.Time, limits keepLimits, wrap func(seq uint64) []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	f := frame{seq: s.seq, at: now, text: wrap(s.seq)}
	s.kept = append(s.kept, f)
	s.bytes += len(f.text)
	s.trim(now, limits)
	for _, c := range s.conns {
		c.offer(f.text)
	}
}

// trim forgets the oldest frames beyond the limits.
func (s *stream) trim(now time.Time, limits keepLimits) {
	drop := 0
	for drop < len(s.kept) {
		over := len(s.kept)-drop > limits.frames || s.bytes > limits.bytes
		if !over && now.Sub(s.kept[drop].at) < limits.age {
			break
		}
		s.bytes -= len(s.kept[drop].text)
		drop++
	}
	if drop == 0 {
		return
	}
	clear(s.kept[:drop]) // let go of the texts
	if s.kept = s.kept[drop:]; len(s.kept) == 0 {
		s.kept = nil
	}
}

func (s *stream) expire(now time.Time, limits keepLimits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(now, limits)
}

// position is where a browser stopped reading.
type position struct {
	epoch string
	seq   uint64
}

// enter adds a connection. When all that the browser missed is still kept, that is
// queued and resumed is true; otherwise the connection is held for a snapshot that
// must be sent with the returned number.
func (s *stream) enter(c *conn, epoch string, from position) (seq uint64, resumed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, c)
	missed, ok := s.since(epoch, from)
	if !ok {
		return s.seq, false
	}
	for _, f := range missed {
		c.offer(f.text)
	}
	return s.seq, true
}

func (s *stream) since(epoch string, from position) ([]frame, bool) {
	if from.epoch != epoch || from.seq > s.seq {
		return nil, false
	}
	if from.seq == s.seq {
		return nil, true
	}
	if len(s.kept) == 0 || s.kept[0].seq > from.seq+1 {
		return nil, false
	}
	return s.kept[from.seq+1-s.kept[0].seq:], true
}

// leave reports whether the last connection went. That it goes is no sign of life: a dead one goes when
// its time is over, and others may have fallen silent meanwhile.
func (s *stream) leave(c *conn) (last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.conns {
		if s.conns[i] == c {
			s.conns = append(s.conns[:i:i], s.conns[i+1:]...)
			break
		}
	}
	if heard := c.answered(); heard.After(s.lastSeen) {
		s.lastSeen = heard
	}
	return len(s.conns) == 0
}

func (s *stream) tabs() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// heard is when a browser of the user answered last, and whether that is recent enough.
func (s *stream) heard(now time.Time, silent time.Duration) (last time.Time, awake bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last = s.lastSeen
	for _, c := range s.conns {
		if at := c.answered(); at.After(last) {
			last = at
		}
	}
	return last, len(s.conns) > 0 && now.Sub(last) < silent
}

// each calls f for every connection without holding the lock.
func (s *stream) each(f func(*conn)) {
	s.mu.Lock()
	conns := append([]*conn(nil), s.conns...)
	s.mu.Unlock()
	for _, c := range conns {
		f(c)
	}
}
