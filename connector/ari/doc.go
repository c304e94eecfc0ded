// Package ari asks an Asterisk by its REST interface: whether it is there and
// which version, the state of endpoints, stored recordings of a PBX whose disk
// is elsewhere, and its events. It wraps github.com/CyCoreSystems/ari/v5 and
// knows nothing of calls; DESIGN.md says which part of that library is used.
//
// # Concurrency contract
//
// A Client may be used by many goroutines; it lets a few requests run at a time.
// A Stream has one reading goroutine and one consumer. It drops no event: when
// the consumer lets its queue grow to the limit, the stream ends with
// ErrOverflow behind the last queued event.
package ari
