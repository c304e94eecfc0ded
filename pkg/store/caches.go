package store

import (
	"sync"
	_ "unsafe" // for go:linkname

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// pageCaches is SQLite's own variable (pcache1.c, pcache1).
//
//go:linkname pageCaches modernc.org/sqlite/lib._pcache1_g
var pageCaches sqlite3.TPCacheGlobal

// separateCaches gives each connection a page cache of its own. That is what SQLite does unless it
// is built with SQLITE_ENABLE_MEMORY_MANAGEMENT, as modernc.org/sqlite is: then all connections
// have one, with one lock, and there is no other way to tell it. The writer gives way to others,
// also while it holds that lock, for which the look-ups of cards then wait.
var separateCaches = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	if sqlite3.Xsqlite3_initialize(tls) == sqlite3.SQLITE_OK { // it begins with one for all
		pageCaches.FseparateCache = 1
	}
})
