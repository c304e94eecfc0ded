package ami

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// exchange is one action on its way: who waits, and what has come so far.
type exchange struct {
	list bool
	once sync.Once
	done chan struct{}
	err  error

	// written by the reading goroutine before done is closed, read after it
	response Message
	items    []Message
	complete Message
}

func (x *exchange) finish(err error) {
	x.once.Do(func() {
		x.err = err
		close(x.done)
	})
}

// List is the answer to an action that lists things.
type List struct {
	Response Message
	Items    []Message // in order
	Complete Message   // its Seq is the moment the list was whole
}

// Do sends an action and waits for its response. An answer "Error" is returned
// as *ResponseError together with the message.
func (c *Conn) Do(ctx context.Context, a Action) (Message, error) {
	x := &exchange{done: make(chan struct{})}
	if err := c.exchange(ctx, a, x); err != nil {
		return Message{}, err
	}
	return x.response, responseError(a, x.response)
}

// List sends an action that is answered by a list of events. It returns the
// whole list or an error, never a part.
func (c *Conn) List(ctx context.Context, a Action) (List, error) {
	x := &exchange{list: true, done: make(chan struct{})}
	if err := c.exchange(ctx, a, x); err != nil {
		return List{}, err
	}
	if err := responseError(a, x.response); err != nil {
		return List{}, err
	}
	l := List{x.response, x.items, x.complete}
	if err := l.check(); err != nil {
		return List{}, fmt.Errorf("AMI action %s: %w", a.Name, err)
	}
	return l, nil
}

func responseError(a Action, m Message) error {
	if !strings.EqualFold(m.Response(), "Error") {
		return nil
	}
	return &ResponseError{Action: a.Name, Message: m.Get("Message")}
}

// exchange writes the action and waits until x is finished.
func (c *Conn) exchange(ctx context.Context, a Action, x *exchange) error {
	ctx, cancel := withDefaultTimeout(ctx, c.opts.ActionTimeout)
	defer cancel()
	id := cmp.Or(a.ID, c.idBase+strconv.FormatUint(c.lastID.Add(1), 10))
	data, err := a.Encode(id)
	if err != nil {
		return err
	}
	if err := c.expect(id, x); err != nil {
		return err
	}
	defer c.forget(id)
	if err := c.write(ctx, data); err != nil {
		return fmt.Errorf("send AMI action %s: %w", a.Name, err)
	}
	select {
	case <-x.done:
	case <-ctx.Done():
		return fmt.Errorf("wait for the answer to AMI action %s: %w", a.Name, ctx.Err())
	}
	if x.err != nil {
		return fmt.Errorf("wait for the answer to AMI action %s: %w", a.Name, x.err)
	}
	return nil
}

func withDefaultTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

func (c *Conn) expect(id string, x *exchange) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return &notSentError{c.err}
	}
	c.waiting[id] = x
	return nil
}

func (c *Conn) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// write sends the bytes of one action. Part of an action on the wire would spoil
// the next one, so a failed write ends the connection.
func (c *Conn) write(ctx context.Context, data []byte) error {
	select {
	case <-c.writing:
	case <-ctx.Done():
		return &notSentError{ctx.Err()}
	case <-c.done:
		return &notSentError{c.Err()}
	}
	defer func() { c.writing <- struct{}{} }()
	_ = c.net.SetWriteDeadline(time.Now().Add(c.opts.WriteTimeout))
	n, err := c.net.Write(data)
	if err == nil {
		return nil
	}
	err = reason(err)
	c.fail(fmt.Errorf("write to AMI: %w", err))
	if n == 0 {
		return &notSentError{err}
	}
	return err
}

// answer gives a message to the exchange with that id; false when nobody waits.
// Only the reading goroutine calls it.
func (c *Conn) answer(id string, m Message) bool {
	c.mu.Lock()
	x := c.waiting[id]
	c.mu.Unlock()
	if x == nil {
		return false
	}
	taken, over := x.take(m)
	if over {
		c.forget(id)
		x.finish(nil)
	}
	if taken && m.Event() == "" {
		c.stats.responses.Add(1)
	}
	return taken
}

// take keeps a message that belongs to the exchange and tells whether it was the last.
func (x *exchange) take(m Message) (taken, over bool) {
	switch isEvent := m.Event() != ""; {
	case !isEvent && x.response.Len() == 0:
		x.response = m
		return true, !x.list || responseError(Action{}, m) != nil
	case isEvent && x.list && endsList(m):
		x.complete = m
		return true, true
	case isEvent && x.list:
		x.items = append(x.items, m)
		return true, false
	}
	return false, false
}

// endsList follows main/manager.c, astman_send_list_complete_start: the last
// event carries "EventList: Complete" and "ListItems". Lists of modules that
// build it by hand are known by their name.
func endsList(m Message) bool {
	if v, ok := m.Lookup("EventList"); ok {
		return strings.EqualFold(v, "Complete") || strings.EqualFold(v, "Cancelled")
	}
	return strings.HasSuffix(m.Event(), "Complete")
}

func (l List) check() error {
	if strings.EqualFold(l.Complete.Get("EventList"), "Cancelled") {
		return fmt.Errorf("%w: cancelled by the peer", ErrListIncomplete)
	}
	text, ok := l.Complete.Lookup("ListItems")
	if !ok {
		return nil
	}
	want, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return fmt.Errorf("%w: ListItems: got %q, want a number", ErrListIncomplete, text)
	}
	if want != len(l.Items) {
		return fmt.Errorf("%w: got %d items, want %d", ErrListIncomplete, len(l.Items), want)
	}
	return nil
}

// newIDBase makes ids that differ between connections: an answer to an action
// of an earlier one must not be taken for ours, and they are easy to find in a log.
func newIDBase() string {
	var b [4]byte
	_, _ = rand.Read(b[:])
	return "callcard-" + hex.EncodeToString(b[:]) + "-"
}

// isTimeout reports whether waiting, not the peer, ended an exchange.
func isTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }
