// Package callbacks turns missed calls into the duty to call back, and ends that
// duty when somebody has talked with the client.
//
//	           missed inbound call
//	 (none) ───────────────────────► open ──┐ missed again: missed+1, newest cause
//	                                  │  ▲──┘
//	client got through, or we reached │
//	him, on any line                  ▼
//	                                 done       a later missed call opens a new one
//
// There is at most one open callback per client number and line (the number of
// ours that was called); a unique index of the store holds that against races.
//
// It reads the journal: what it writes and its place in the journal are saved in
// one transaction, so each call counts exactly once, whenever the daemon dies.
// What a call means is one pure function, Judge, so that further rules (reasons,
// priorities, deadlines, assignees) can grow there and in the store's document.
//
// Concurrency contract: Apply and Committed belong to one journal consumer, which
// calls them one after the other from one goroutine.
package callbacks
