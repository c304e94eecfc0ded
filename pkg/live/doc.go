// Package live keeps a copy of the live state (agents, queues, calls) in Redis, for other
// nodes and tools. Every key is made in keys.go.
//
// The memory of the daemon is the truth, Redis is a mirror. A write never waits: the
// newest value of each field waits in memory and a single writer goroutine (Run) sends
// what waits in pipelines. When Redis is lost the writer tries again with growing
// pauses; when it is back, or has come back empty, everything is written anew from the
// truth. Ping tells whether the mirror can be trusted.
//
// redis.url "embedded" is a Redis-compatible server in this process, so there is one code
// path; it listens on a loopback port behind a random password. As nobody else reads it, its
// copy is up to a second old; elsewhere changes gather for 50 ms.
//
// Concurrency: all methods may be called from any goroutine. Values passed in are not
// written again by anybody.
package live
