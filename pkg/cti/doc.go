// Package cti is the domain of callcard: legs, calls, offers, visits, cards,
// agents, callbacks and recordings, with the events that carry them.
//
// It imports the standard library only, does no I/O and starts no goroutine.
// Values are passed by copy; slices inside a published value are never written
// again, so any number of goroutines may read them.
//
// Two kinds of events cross the system:
//
//	PBXEvent  from a connector (what one PBX said), consumed by the tracker
//	CallEvent from the tracker (what happened to a call), consumed by all others
package cti
