// Package agents keeps who is ready and who is not: what each agent wants (his mode),
// what the PBX says (his queue memberships and his device), what his calls say (his
// activity), and what the system adds. It makes the PBX follow, and adopts what was
// changed on the PBX by others. DESIGN.md tells the rules.
//
// Three things that change by themselves, so that nothing multiplies:
//
//	mode      offline ◄──► not ready(reason) ◄──► ready      chosen: agent, supervisor, PBX
//	          next mode ── his calls and the work after them are over ──► mode
//
//	activity  idle ──► offered ──► talking ◄──► hold
//	           ▲          │           └────┬─────┘
//	           │          └─► idle         ▼  he talked with a client, and is not offline
//	           └── timer, finish, ◄──── work after the call (acw) ──► extended, a few times
//	               a chosen mode, the next call
//
//	block     none ── rings missed in a row ──► rona ── cleared, or a mode chosen ──► none
//	          none ── phone away for 30 s ──► device_down ── phone back ──► none
//
// Of a ready agent the queues' members are paused, with its own reason, for the first of
// these that holds; otherwise they are not:
//
//	rona ("rona") ── acw ("acw") ── next mode not ready (its reason) or offline ("offline")
//
// An agent who is not ready is paused already, by his own reason: nothing is added. Who
// unpauses a member on the PBX meanwhile has ended what stood behind the pause.
//
// Unreachable is said of who is not offline when none of his browsers has answered for
// 30 s. Work, block and next mode survive a restart of callcard.
//
// Concurrency: all state is under one mutex that is held for memory work only, so every
// method may be called from any goroutine, and Put and the call events never wait for a
// PBX or a store. Frames are published under it (Publisher and Mirror must not block
// and must not call back). Commands to a PBX run in goroutines of Run, one batch per
// agent at a time; what is due by the clock is done by another goroutine of Run; modes
// are written to the store by a third.
package agents
