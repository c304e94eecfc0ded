// Package calls is the tracker: it turns the events of the PBXes into calls as
// people see them.
//
// # Identity
//
// A leg is one channel, keyed (PBX, Uniqueid). A call is the union of all legs
// whose Linkedids ever met. Asterisk rewrites the Linkedid of a leg only when it
// enters a basic bridge or a mixing Stasis bridge (bridge_basic_push and
// bridge_stasis_push call ast_bridge_channel_update_linkedids), never in a holding
// bridge, a parking lot or a ConfBridge; so a changed Linkedid always means that
// two conversations became one, and callers who are merely parked in the same lot
// stay apart.
//
// # One call
//
//	first leg ──► ivr ──► queued ◄──► ringing ──► talking ◄──► held
//	               │         │           │           │          │
//	               └─────────┴───────────┴──── last leg gone ───┘
//	                                               │
//	                 a leg comes back ◄── settling (1.5 s) ──► ended
//
// # One offer
//
//	            ┌───────────── the same device rings again, same round ──┐
//	            ▼                                                        │
//	rings ──► open ──► accepted                                          │
//	            ├────► withdrawn (answered_elsewhere, caller_left, …) ───┤
//	            ├────► no_answer ────────────────────────────────────────┤
//	            ├────► busy ─────────────────────────────────────────────┤
//	            └────► rejected ─────────────────────────────────────────┘
//
// A round is one stay in a queue, or one Dial outside of queues.
//
// # One visit
//
//	joined ──► left ──► answered | abandoned | timeout | empty | key | withdrawn
//	not admitted ─────► full | empty
//
// QueueCallerAbandon is raised for a timeout and an empty queue as well; only
// QUEUESTATUS or the caller's hang-up tells them apart, so a visit that was left
// waits up to one second for either.
//
// # One talk
//
//	bridged with the client ──► apart ──► bridged again (consultation failed: was a hold)
//	                              ├─────► hold, while the agent talks with a colleague
//	                              └─────► over: one of the two hung up, or was transferred
//
// # One recording
//
//	not recorded ──► on ◄──► paused ──► not recorded (StopMixMonitor, or the leg is gone)
//
// It is kept by leg. The call is paused when something records it and all of that is
// silent in both directions: whoever is told "paused" may say the number of a card.
//
// # Time
//
// The core reads no clock. It knows the time of the newest event and what Advance
// tells it, so that a recording replays the same way at any speed.
//
// # Concurrency
//
// The state is under one mutex, owner. Put may be called from any goroutine: while Run
// runs and nothing waits it applies its event at once, otherwise the event is queued for
// Run; it blocks while the queue is full: nothing from a PBX is dropped, a slow tracker
// slows its source. Normalize and UserOf are called under owner and must not
// call the tracker. Call and Calls read published documents without asking the
// owner. Subscribe gives a snapshot and the stream that continues exactly where the
// snapshot ends. A subscriber whose queue is full is closed with ErrLagged and has
// to subscribe again; the owner never waits for it. Slices and maps inside a
// published cti.Call are never written again.
package calls
