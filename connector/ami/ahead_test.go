package ami_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"callcard/connector/ami"
)

// What is taken ahead and what goes through Next are one sequence: whoever has an
// event has had all before it.
func TestAheadKeepsTheOrder(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, nil)
	const n = 20_000
	seen := make(chan int, n) // each event once, by whoever had it
	ahead := 0
	conn.Ahead(func(m ami.Message) bool {
		var i int
		_, _ = fmt.Sscan(m.Get("N"), &i)
		if i%7 == 3 {
			return false // for the consumer
		}
		ahead++
		seen <- i
		return true
	})
	go func() {
		for from := 0; from < n; from += 10 {
			var b strings.Builder
			for i := range 10 {
				fmt.Fprintf(&b, "Event: E\r\nN: %d\r\n\r\n", from+i)
			}
			peer.Raw(b.String())
		}
		peer.Drop()
	}()
	for {
		m, err := conn.Next(testContext(t))
		if err != nil {
			break
		}
		var i int
		_, _ = fmt.Sscan(m.Get("N"), &i)
		seen <- i
	}
	close(seen)
	want := 0
	for got := range seen {
		if got != want {
			t.Fatalf("got event %d, want %d", got, want)
		}
		want++
	}
	if want != n || ahead == 0 {
		t.Errorf("%d events of %d, %d of them ahead", want, n, ahead)
	}
}

// A reader that is kept for long by what it takes ahead leaves the rest to the queue: the
// socket is emptied all the same.
func TestAheadDoesNotKeepTheReader(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, nil)
	gate := make(chan struct{})
	conn.Ahead(func(ami.Message) bool { <-gate; return true })
	peer.Raw(strings.Repeat("Event: E\r\n\r\n", 3))
	time.AfterFunc(50*time.Millisecond, func() { close(gate) }) // far beyond what a read may cost
	if m, err := conn.Next(testContext(t)); err != nil || m.Event() != "E" {
		t.Errorf("got %v, %v: the events behind a slow one belong to the queue", m, err)
	}
}
