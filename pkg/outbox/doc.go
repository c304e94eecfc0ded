// Package outbox brings messages to targets outside: durably, in order, at least once.
//
// A message enters the store in the transaction of what it tells (store.Enqueue) and
// leaves it when its target has taken it. Each target has its own line here, so that
// one which is down holds up nobody else:
//
//	              ┌─ lane of call 1:  started ─ answered ─ ended
//	store ── line ┼─ lane of call 2:  ended            one at a time within a lane,
//	              └─ lane of callback 7: opened        Workers lanes at a time
//
//	pending ──taken──► delivered
//	   │──refused, or all tries failed──► dead
//	   │──worth nothing any more──► expired
//	   └──failed──► pending, due later (Schedule, Retry-After)
//
// After a few failures in a row a target's breaker opens: one message in a while tries
// whether it is back. When it is, all that waits is due at once.
//
// A crash between a delivery and its note in the store delivers once more, under the
// same id.
//
// Concurrency: one goroutine per line owns its state; its workers only send and report
// back. Retarget and Wake are safe from any goroutine and never block.
package outbox
