// Package control acts on calls in the name of the people at their desks: it dials,
// hangs up, transfers, holds and answers. The tracker never acts and this package never
// tracks: it looks at the call as the tracker shows it, checks that the act is possible
// now and that the user's own phone has a leg in the call, asks the PBX, and writes who
// did what, when, and what the PBX answered into the call's trace.
//
// What is possible follows from the call's document alone:
//
//	ringing ──► answer*, hangup (declines)
//	dialing ──► hangup
//	talking ──► hold*, transfer, hangup ──┬─► blind: the PBX takes the client over
//	held    ──► resume*, transfer, hangup └─► attended: consulting
//	consulting ──► complete_transfer (the agent leaves, the two go on)
//	           └─► cancel_transfer   (the agent is back with the client)
//
//	* only where the phones do as the PBX tells them (Options.Lines, PhoneEvents)
//
// A recording that somebody has paused goes on by itself (mute.go); that is what Run is for.
//
// Concurrency: Run is the only goroutine and ends with its context. Every method may be called from any number
// of goroutines; the state is the last number that each user dialled and the recordings that are silent, under one
// mutex that is never held while the PBX is asked.
package control
