// Package ami speaks the Asterisk Manager Interface: bytes to messages, one
// connection, and a client that keeps connected for ever. It knows nothing of
// calls, agents or this product.
//
// # Layers
//
//	Reader, Action       bytes <-> messages, with limits; no network
//	Conn                 one logged-in connection: Do, List, Next
//	Client               connects, serves, reconnects with backoff
//
// # Concurrency contract
//
// A Conn has one reading goroutine. It frames, decodes, stamps and routes:
// answers and list items go to the caller that waits for their ActionID, every
// other event to one queue in the order of arrival. Do and List may be called from
// many goroutines. Next has one consumer. It calls out only to the consumer's own
// Ahead function, which never waits, and only while no event is queued or in the
// consumer's hands, so the order holds.
//
// Every message carries Seq, its place in the byte stream of the connection, so
// a consumer can tell whether a live event came before or after a list it asked
// for. No event is ever dropped: when the consumer lets the queue grow to its
// limit the connection is closed with ErrOverflow after all queued events have
// been delivered, and the owner is expected to connect again and resynchronise.
package ami
