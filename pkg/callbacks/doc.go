// Package callbacks keeps the duty to reach clients who did not get through.
//
//	         missed call, a request, a promise
//	(none) ─────────────────────────────────────► waits ◄──────────────────────────┐
//	                                       missed │ ▲ │ claim                      │
//	                                       again: └─┘ ▼                            │ release, lease ended,
//	                                       missed+1  claimed ──── dial ──► calling │ no answer, busy, failed:
//	                                                  │  │                    │    │ not before the next try
//	                                                  │  └────────────────────┼────┘ "call me later": promised
//	                                                  │                       │
//	any talk of min_talk in either direction, by      ▼                       ▼
//	anybody, on any line of ours ──────────────────► done ◄──────────────── reached
//	tries used up, too old, wrong number, refused,
//	closed by hand ────────────────────────────────► cancelled
//
// waits, claimed and calling are one state of the document, open: a claim is a
// lease, so that two agents do not ring one client, and a call is an attempt
// without an outcome. done and cancelled are final; a later missed call opens a new
// duty that names the old one. One exception: who talked with the client may say
// within an hour that it was no talk (an answering machine) or that he promised to
// call again, and the duty that the talk has closed is open again.
//
// There is at most one open duty per client and line group. A client is a number
// or, when the directory knows him, a contact with all his numbers. A unique index
// of the store holds that against races, and all changes are made in transactions
// that exclude each other (Store.Together).
//
// It reads the journal: what it writes and its place in the journal are saved in
// one transaction, so each call counts exactly once, whenever the daemon dies. What
// a call means is one pure function, Judge. Timers are columns of the store: Run
// looks at what has come due, so a restart forgets none.
//
// Concurrency contract: Apply and Committed belong to one journal consumer, which
// calls them one after the other from one goroutine. Run is called once. The methods
// that agents use (Claim, Dial, …) may be called from any goroutine.
package callbacks
