package calls

import "errors"

var (
	// ErrLagged ends a subscription whose queue was full: take a new snapshot.
	ErrLagged = errors.New("subscriber too slow, subscribe again")
	// ErrStopped ends subscriptions and Puts when the tracker has stopped.
	ErrStopped = errors.New("tracker stopped")
)
