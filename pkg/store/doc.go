// Package store keeps what must survive a restart: users, contacts, calls, the
// journal of call events, callbacks, recordings and modes. It runs on SQLite (a
// file) and on PostgreSQL, through database/sql, with one text per query.
//
// Conventions: instants in columns are microseconds since 1970 (0 for none), so
// that both databases order and compare them alike; the precise ones are inside
// the JSON documents. Errors of the drivers leave as errors of package cti.
//
// Concurrency contract. A Store is safe for any number of goroutines. On SQLite
// all writes go through one connection, readers through a pool beside it (WAL);
// on PostgreSQL, writes whose order matters (journal, links, consumers) take one
// advisory lock, so that journal positions become visible in their own order and
// both databases behave alike.
//
// A method called with the context that Cursor.Next gives to its function joins
// that transaction: this is how a consumer's effect and its cursor are one.
package store
