// Package pop decides what an agent sees: who is calling (identify), what is on the
// card (card), and whose screen it is on (audience). DESIGN.md tells why it is so.
//
// Concurrency: events are taken by whoever brings them (Catch), one at a time and in
// their order, and never with a wait for a store, a CRM or a browser; Run subscribes and
// tidies up. All state (the board) is under one mutex that
// is held for memory work only; frames are published under it, so that the order of
// Publish calls is the order of card versions: Publisher.Publish and Tracer.Note must
// not block and must not call back. Look-ups and links run on a fixed number of
// workers. CardsOf, Choose, ContactCreated, ContactChanged, ContactRemoved, NoteSaved, ResultSaved and Shown may be
// called from any goroutine.
//
// Cards and calls are never written again once they were published.
package pop
