// Package recordings brings the files that a PBX records into callcard's own
// store, attached to their calls, and plays them.
//
//	expected ──► stored
//	    └──────► missing | empty
//
// The PBX names a file when it begins to write it; the journal consumer (Apply)
// notes it. When the call has ended, Run looks for the file, and again after 1, 2,
// 5, 15 and 60 seconds, and takes it when it is complete (see wav.go): Asterisk says nothing
// when it closes a file after a hang-up (MixMonitorStop comes from StopMixMonitor
// only, apps/app_mixmonitor.c). What is pending is in SQL, so a restart goes on.
//
// A path that comes in an event is trusted by nobody: it is only ever looked up
// below the directory configured for its PBX, through os.Root, so that neither
// ".." nor a symbolic link leads out; only regular files are read (roots.go).
//
// Concurrency contract: Apply and Committed belong to one journal consumer. Run is
// called once and owns the schedule, which it reads from SQL at the start, and again
// now and then; in between Committed hands it the calls that have ended, under a
// mutex. It checks up to parallel files at a time. Open may be called from any goroutine.
package recordings
