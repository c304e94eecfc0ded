package ari

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/CyCoreSystems/ari/v5"
	"github.com/gorilla/websocket"
)

// Event is a typed event of the library.
type Event = ari.Event

// messageLimit bounds one event; the largest seen is a few KB.
const messageLimit = 1 << 20

// Stream is the events of one subscription, in order.
type Stream struct {
	conn    *websocket.Conn
	limit   int
	stop    sync.WaitGroup
	unknown atomic.Uint64
	ready   chan struct{} // 1: "look again"; a second signal adds nothing and is not kept

	mu     sync.Mutex
	events []Event
	err    error
}

// Events subscribes to all events of the PBX.
func (c *Client) Events(ctx context.Context) (*Stream, error) {
	address := *c.base
	address.Scheme = strings.Replace(address.Scheme, "http", "ws", 1)
	address.Path += "/events"
	address.RawQuery = url.Values{"app": {c.opts.App}, "subscribeAll": {"true"}}.Encode()
	login := &http.Request{Header: make(http.Header)}
	login.SetBasicAuth(c.opts.Username, string(c.opts.Password))
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, address.String(), login.Header)
	if resp != nil {
		_ = resp.Body.Close()
		if err != nil {
			err = statusError(resp.StatusCode, err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("subscribe to ARI events: %w", err)
	}
	conn.SetReadLimit(messageLimit)
	s := &Stream{conn: conn, limit: c.opts.EventLimit, ready: make(chan struct{}, 1)}
	s.stop.Go(s.read)
	return s, nil
}

// Unknown counts events that the library has no type for.
func (s *Stream) Unknown() uint64 { return s.unknown.Load() }

// Close ends the stream and waits for its goroutine.
func (s *Stream) Close() error {
	_ = s.conn.WriteControl(websocket.CloseMessage, nil, time.Now().Add(time.Second))
	err := s.conn.Close()
	s.stop.Wait()
	return err
}

// read does nothing but decode and queue.
func (s *Stream) read() {
	for {
		_, data, err := s.conn.ReadMessage()
		if err != nil {
			s.add(nil, fmt.Errorf("read ARI events: %w", err))
			return
		}
		event, err := ari.DecodeEvent(data)
		if err != nil || event == nil {
			s.unknown.Add(1)
			continue
		}
		if !s.add(event, nil) {
			_ = s.conn.Close()
			return
		}
	}
}

// add queues an event, or ends the queue with err. False means that it was full.
func (s *Stream) add(event Event, err error) bool {
	s.mu.Lock()
	full := err == nil && len(s.events) >= s.limit
	switch {
	case full:
		s.err = fmt.Errorf("%w: %d events waiting", ErrOverflow, s.limit)
	case err != nil:
		s.err = err
	default:
		s.events = append(s.events, event)
	}
	s.mu.Unlock()
	select {
	case s.ready <- struct{}{}:
	default:
	}
	return !full
}

// Next returns the next event; after the end first what is queued, then the reason.
func (s *Stream) Next(ctx context.Context) (Event, error) {
	for {
		s.mu.Lock()
		if len(s.events) > 0 {
			event := s.events[0]
			s.events = s.events[1:]
			s.mu.Unlock()
			return event, nil
		}
		err := s.err
		s.mu.Unlock()
		if err != nil {
			return nil, err
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
