// Package pbxsim is a small Asterisk Manager Interface server: an exchange with
// lines, phones and queues that plays recorded conversations under new names.
//
// What it sends was recorded from Asterisk 22 (testdata): the fields, their
// order and the order of the events are the original's; ids, channel names,
// numbers, agents and times are replaced. Around that the server keeps the
// state that the actions of a client read and change: queue members, channels,
// waiting callers.
//
//	Script  a recorded conversation, taken apart into blocks at its pauses
//	Call    one performance of a script, with its own ids and people
//	PBX     the exchange and its AMI port
//	Office  who calls when: the traffic of a small call centre
//
// Concurrency: all state of a PBX is guarded by one mutex. Events are rendered
// under it and handed to each client's bounded outbox; a client whose outbox is
// full is disconnected, as Asterisk does with a reader that exceeds writetimeout.
// Each client has one reading and one writing goroutine, each playing call one;
// all end when the context of Run, Play or Office.Run ends.
package pbxsim
