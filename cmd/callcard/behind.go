package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// backstage runs work that no card waits for: writes of the journal and of all that reads it,
// the encoding of the live state, the search for recordings. Such work would take a core for up
// to some tens of milliseconds. So its threads have a smaller share, and it rests.
//
// Little of it runs at a time. Who has a P of Go's scheduler keeps it while the kernel lets
// others go first, and where all Ps are taken nobody hears the network: cards would wait for
// what should wait for them.
type backstage struct {
	places chan struct{} // holds those who work, at most as many as may
	rested atomic.Int64  // when one of them last did, in nanoseconds of the clock

	mu     sync.Mutex
	free   []*thread
	closed bool
}

const (
	// stretch is how long such work goes on before it rests.
	stretch = 150 * time.Microsecond
	// rest is long enough for the core to fall idle: then the kernel looks whether somebody
	// waits for the other cores, which it does seldom else.
	rest = 50 * time.Microsecond
)

// newBackstage has places for a quarter of the Ps.
func newBackstage() *backstage {
	return &backstage{places: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/4))}
}

// Do runs work and returns when it is done. It panics as the work does. Work must not wait
// for the network, nor for other work: that waits for its place.
func (b *backstage) Do(work func()) {
	t := b.enter()
	defer b.leave(t)
	t.work <- work
	if fault := <-t.done; fault != nil {
		panic(fault)
	}
}

// Rest is called by work now and then, about every hundred microseconds.
func (b *backstage) Rest() {
	if time.Now().UnixNano()-b.rested.Load() < int64(stretch) {
		return
	}
	doze(rest)
	b.rested.Store(time.Now().UnixNano())
}

func (b *backstage) enter() *thread {
	b.places <- struct{}{}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.free); n > 0 {
		t := b.free[n-1]
		b.free = b.free[:n-1]
		return t
	}
	return newThread()
}

func (b *backstage) leave(t *thread) {
	b.mu.Lock()
	defer b.mu.Unlock()
	<-b.places
	if b.closed {
		close(t.work)
		return
	}
	b.free = append(b.free, t)
}

// Close ends the threads, those that still work when they are done.
func (b *backstage) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, t := range b.free {
		close(t.work)
	}
	b.free = nil
}

// thread is one of the system's, and of one goroutine alone.
type thread struct {
	work chan func()
	done chan any // what the work panicked with, or nil
}

func newThread() *thread {
	t := &thread{work: make(chan func()), done: make(chan any)}
	go func() {
		runtime.LockOSThread() // and never back: the thread ends with the goroutine
		stepBack()
		for work := range t.work {
			t.done <- faultOf(work)
		}
	}()
	return t
}

// faultOf runs work and gives what it panics with, with the stack that the panic had.
func faultOf(work func()) (fault any) {
	defer func() {
		if fault = recover(); fault != nil {
			fault = fmt.Sprintf("%v\n\n%s", fault, debug.Stack())
		}
	}()
	work()
	return nil
}
