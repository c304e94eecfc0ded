package callbacks

import "time"

// Rules that an office may choose.
type Rules struct {
	// IVR also owes a callback to those who left before they were offered to anybody.
	IVR bool
	// AfterHours owes one to those who called while the calendar was closed and left no wish.
	AfterHours bool
	// MinTalk is the least talk, all agents together, that counts as reached.
	MinTalk time.Duration
	// ShortAbandon: who left the queue as fast as this is not owed a callback, unless he tries again within Again.
	ShortAbandon, Again time.Duration
	// Deadlines by priority, in business time: the first is of priority 1.
	Deadlines []time.Duration
	// Raise makes a duty one step more urgent at each so many missed calls; 0 never.
	Raise int
	// Spread lets so many after-hours duties of a group be due within ten minutes of the opening; 0 all at once.
	Spread int

	// Lease is how long a claim lasts without a call.
	Lease time.Duration
	// OwnFor is how long, in business time, a duty is its assignee's before it is everybody's.
	OwnFor time.Duration
	// LastAgent: who talked with the client so recently becomes the assignee.
	LastAgent time.Duration
	// Tolerance is how late a promised or repeated call may be.
	Tolerance time.Duration

	// Pauses before the next try; after the last one comes the next working day.
	Busy, NoAnswer, Failed []time.Duration
	// Attempts in all, PerDay, and least pause between two.
	Attempts, PerDay int
	MinGap           time.Duration
	// WindowFrom and WindowTo bound the client's day, since his midnight.
	WindowFrom, WindowTo time.Duration

	// Remind tells who should call when so many hundredths of the time are over; 0 never.
	Remind int
	// EscalateAgain is how long, in business time, after the first word to supervisors
	// comes the second; 0 never.
	EscalateAgain time.Duration

	// MaxAge gives a duty up; 0 never.
	MaxAge time.Duration
	// Reopen: a duty closed so recently is named by the next one of the client.
	Reopen time.Duration
}

// DefaultRules are those of an office that chose none.
func DefaultRules() Rules {
	const day = 24 * time.Hour
	minutes := func(of ...int) (all []time.Duration) {
		for _, n := range of {
			all = append(all, time.Duration(n)*time.Minute)
		}
		return all
	}
	return Rules{
		AfterHours: true, MinTalk: 5 * time.Second, Again: 10 * time.Minute,
		Deadlines: minutes(15, 30, 60, 240, 480), Raise: 3, Spread: 5,
		Lease: 5 * time.Minute, OwnFor: 15 * time.Minute, LastAgent: 7 * day, Tolerance: 5 * time.Minute,
		Busy: minutes(5, 10, 20), NoAnswer: minutes(15, 60, 180), Failed: minutes(2, 2, 2, 5, 5),
		Attempts: 5, PerDay: 3, MinGap: 10 * time.Minute, WindowFrom: 9 * time.Hour, WindowTo: 20 * time.Hour,
		Remind: 80, EscalateAgain: time.Hour, MaxAge: 7 * day, Reopen: day,
	}
}

const (
	urgent = 1
	latest = 5
	// later is what "call me back" without a time means.
	later = 20 * time.Minute
	// ahead of a promised time its agent is reminded.
	ahead = 2 * time.Minute
	// farthest ahead a promise may be.
	farthest = 30 * 24 * time.Hour
)
