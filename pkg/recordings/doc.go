// Package recordings brings the files that a PBX records into callcard's own
// store, attached to their calls, and plays them.
//
//	           the PBX     it is          it is in     its length
//	           writes it   closed         the store    fits the talk
//	expected ──► writing ──► complete ──► stored ────► verified
//	    │           │            │           └────────────┴─► expired (by a policy; what is left says so)
//	    └───────────┴────────────┼──► missing ──► stored (it came late, or was uploaded)
//	                             └──► empty (a header only)
//
// Steps may be left out: a file that is complete when it is first seen is stored at
// once; complete is kept only while it cannot be copied (a full disk). To be attached
// is no state: a recording has its call from the beginning. The law itself is
// cti.RecordingState.Before, and the store refuses what breaks it, so that two ways by
// which a file comes (this disk, ARI, an upload, another node) store it once.
//
// The PBX names a file when it begins to write it; the journal consumer (Apply)
// notes it. When the call has ended, Run looks for the file, and again after 1, 2,
// 5, 15 and 60 seconds, and takes it when it is complete (see wav.go): Asterisk says nothing
// when it closes a file after a hang-up (MixMonitorStop comes from StopMixMonitor
// only, apps/app_mixmonitor.c). A file that is not there under its own name is looked for
// with another extension, for many PBXes convert what they have recorded; and what was
// given up is looked for every ten minutes for two days. The files of a call that was not
// heard, or not whole, come with its end, for who repairs it asks for the files that have one of its Uniqueids
// in their names (Named). Two minutes after the start and each night such files of all calls are taken up.
// What is pending is in SQL, so a restart goes on.
//
// Files lie in a directory or in a Vault such as a bucket (vault.go). What the vault does
// not take now stays complete and is tried again each minute: Tried says why, a metric
// how many. An upload waits in the directory meanwhile (incoming.go), for its sender is
// done with it; a file of the PBX waits where the PBX has it.
//
// With a Transcoder stored WAVE files become small ones, one step after the other
// (transcode.go); the original goes last.
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
