// Package webhooks tells endpoints outside what happens: calls, callbacks,
// recordings, agents.
//
//	journal, changes ──Apply──► Event ──format──► outbox ──Send──► endpoint
//
// Service fans events out: for each endpoint that wants an event a message enters the
// outbox in the transaction that moves the consumer on. Sender brings one message to
// its endpoint: signed by Standard Webhooks 1.0.0, without redirects or proxies, to
// addresses that Guard allows only. EVENTS.md lists every event with an example.
//
// Live events (a ring) expire after 30 s, durable ones are kept for all tries.
//
// Concurrency: Service's list of endpoints is behind a mutex; Apply is called by one
// consumer at a time; Send may be called from many goroutines.
package webhooks
