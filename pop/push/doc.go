// Package push carries frames to browsers over websockets.
//
// Each user has one stream: frames numbered from 1 within an epoch, of which the
// newest are kept for a while, so that a browser that was away gets what it missed,
// or one snapshot. A user may have any number of connections.
//
// A connection ends with its login: at once when that is logged out here, within a minute
// when it has expired or was logged out at another node (4401, it does not come back). A
// store that cannot say so puts nobody out.
//
// Concurrency: every method of Hub may be called from any goroutine. Publish never
// blocks: it encodes once, gives each idle connection's socket what it takes at that
// moment and returns; the rest, and what comes meanwhile, goes to the connection's bounded
// queue. A connection whose queue is full is closed (4000) and comes back with a snapshot.
// Frames of one user go out in the order of the Publish calls, so the calls for one
// user must come from one goroutine wherever their order matters.
//
// A connection has one goroutine that reads. A writer lives only while the socket is
// full: otherwise a frame has no goroutine to wake, which would cost more than the frame. Beats are sent
// by the hub's own ticker through the same queues, spread evenly over the interval.
//
// Whether somebody is behind a connection is asked each Options.Ping. Clients that say alive=1
// in the address of /ws get a data frame, {"type":"alive"} without a number, and answer it by
// the same text: scripts see it, so a page notices a network that swallows everything, and a
// page whose script is frozen does not answer. It takes the place of the protocol's ping, which a
// browser answers by itself and does not show to scripts; all others get that one.
//
// Snapshot and subscription are one step without a lock around the snapshot: a new
// connection is entered into its stream first, frames published from then on wait in
// its queue, the snapshot is taken and sent with the number the stream had on entry,
// then the queue is let go. So a snapshot holds everything up to its number and
// perhaps more; frames after it may repeat what it holds, and cards carry a version
// to tell. This needs one thing of publishers: change the state first, then Publish.
package push
