// Package agents keeps who is ready and who is not: what each agent wants (his mode),
// what the PBX says (his queue memberships and his device), and what his calls say (his
// activity). It makes the PBX follow the wish, and adopts what was changed on the PBX
// by others. DESIGN.md tells the rules.
//
// Concurrency: all state is under one mutex that is held for memory work only, so every
// method may be called from any goroutine, and Put and the call events never wait for a
// PBX or a store. Frames are published under it (Publisher and Mirror must not block
// and must not call back). Commands to a PBX run in goroutines of Run, one batch per
// agent at a time; modes are written to the store by another goroutine of Run.
package agents
