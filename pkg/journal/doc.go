// Package journal carries the tracker's events into the durable log and from
// there to the consumers that must not miss any.
//
// Writer drains a live subscription into the log in batches. It takes every event
// off the subscription at once, so the tracker never waits for the database; while
// the database is away events gather in memory up to a limit (see buffer.go). A batch is
// written a tenth of a second after its first event, in a rush a fifth, or when it is full.
//
// Run drives one durable consumer: a position in the log and an effect that are
// saved in one transaction. A crash repeats the effect or has done it, never half.
//
// Concurrency contract. Writer.Run and each Run own one goroutine each and are
// called once. Signal and Writer.Health may be used from any goroutine. A
// consumer's Apply and Committed are called from its Run only, one at a time.
package journal
