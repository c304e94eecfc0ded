// Package gaps makes the history of calls whole again after callcard or its link to
// a PBX was down, from what the PBX itself wrote down: queue_log and CDR.
//
// Three things happen to a call that was not heard to its end. One that the tracker
// knew and whose end it did not see is held on its way into the journal until the
// records tell what happened; it is then written once, reconciled. One that nobody
// heard of is made of the records alone, reconstructed. Both go into the journal as
// call.ended, so every consumer treats them like any other call. One of which the
// records tell nothing is written as the tracker closed it. Lines that come later
// correct what was written: call.corrected (correct.go).
//
// The lines of both records go through a table in the store, with the place in the
// file in the same transaction, so that reading twice changes nothing.
//
// Concurrency contract. Run owns the files and is called once. AppendEvents may be
// called from another goroutine; what both touch is behind one lock that is never
// held while the store or a file is waited for.
package gaps
