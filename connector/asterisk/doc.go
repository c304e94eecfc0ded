// Package asterisk is the adapter between Asterisk and the domain: the only
// package that knows both AMI events and pkg/cti.
//
//	Naming      channel and member names -> devices and roles; all dialplan knowledge
//	Translator  one AMI event -> one cti.PBXEvent, pure
//	Source      one PBX: connects, takes the snapshot, streams, for ever
//	Control     actions on queue members, through a second AMI user
//	Replay      a recorded conversation through the same Translator
//
// # Concurrency contract
//
// A Source gives events to its Sink one by one in the order in which the PBX sent
// them, from one goroutine at a time: that which reads the connection as long as the
// Sink keeps up (Ready), else that of Run. Run waits for the Sink: meanwhile events
// queue up in the AMI connection, which reports its backlog and disconnects rather
// than drop anything. A Translator belongs to one goroutine at a time.
// Control may be used by many.
package asterisk
