package store

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// A commit writes hundreds of pages in one go and a checkpoint thousands: between two of them is
// the only place where the writer can rest in it.

// beforePage is called before SQLite writes to a file.
var beforePage atomic.Pointer[func()]

// pwrite is SQLite's way to the system call of this name (os_unix.c, aSyscall).
type pwrite = func(tls *libc.TLS, fd int32, from uintptr, n sqlite3.Tsize_t, at sqlite3.Toff_t) sqlite3.Tssize_t

// restBetweenPages has SQLite call rest before each of its writes, from whichever thread. It
// replaces a system call of SQLite's file system, which is what xSetSystemCall is for
// (sqlite.org/c3ref/vfs.html); where that is refused there are no rests.
func restBetweenPages(rest func()) {
	beforePage.Store(&rest)
	replacePwrite()
}

var replacePwrite = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	name, err := libc.CString("pwrite")
	if err != nil {
		return
	}
	defer libc.Xfree(tls, name)
	vfs := sqlite3.Xsqlite3_vfs_find(tls, 0)                   // the one for this system
	methods := *(**sqlite3.Tsqlite3_vfs)(unsafe.Pointer(&vfs)) // memory of SQLite, not of Go
	get := callee[func(*libc.TLS, uintptr, uintptr) uintptr](methods.FxGetSystemCall)
	set := callee[func(*libc.TLS, uintptr, uintptr, uintptr) int32](methods.FxSetSystemCall)
	pointer := get(tls, vfs, name)
	if pointer == 0 {
		return
	}
	write := callee[pwrite](pointer)
	rested = func(tls *libc.TLS, fd int32, from uintptr, n sqlite3.Tsize_t, at sqlite3.Toff_t) sqlite3.Tssize_t {
		(*beforePage.Load())()
		return write(tls, fd, from, n, at)
	}
	set(tls, vfs, name, *(*uintptr)(unsafe.Pointer(&rested)))
})

// rested is kept here because SQLite's copy of the pointer holds nothing for Go.
var rested pwrite

// callee makes a function of a C function's pointer, as the translated SQLite calls its own.
func callee[F any](pointer uintptr) F { return *(*F)(unsafe.Pointer(&pointer)) }
