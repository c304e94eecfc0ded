package pop

import (
	"slices"
	"time"

	"callcard/pkg/cti"
)

// Reasons why a card left the screen, besides those that an offer names itself.
const (
	reasonNoAnswer    = "no_answer"
	reasonBusy        = "busy"
	reasonRejected    = "rejected"
	reasonCallerLeft  = "caller_left"
	reasonTransferred = "transferred"
)

// Seat is one user's part in a call: what state his card is in, and since when.
type Seat struct {
	User       cti.UserID
	Device     cti.Device
	State      cti.CardState
	Reason     string     // why it is withdrawn or ended
	By         cti.Device // who answered or has the call instead
	From       cti.Device // who transferred the call here
	Queue      string
	Attempts   int
	OfferedAt  time.Time
	AnsweredAt time.Time
	EndedAt    time.Time
}

// Audience tells who sees the call now and who saw it before, in the order in which
// they came to it. owner names the user of a device where the call itself does not.
//
// The agent's own ring of a click-to-call and the caller's side of an internal call
// are no seats: nobody needs a card of himself. A call that was handed back to who
// placed it rings him like anybody else.
func Audience(call cti.Call, owner func(cti.Device) cti.UserID) []Seat {
	var seats []Seat
	at := map[cti.UserID]int{}
	place := func(device cti.Device, user cti.UserID) {
		if user == "" {
			user = owner(device)
		}
		if i, ok := at[user]; ok {
			seats[i].Device = device
		} else if user != "" {
			at[user] = len(seats)
			seats = append(seats, Seat{User: user, Device: device})
		}
	}
	for _, o := range call.Offers {
		if !placedBy(call, o.Device) || handedOver(o.Via) {
			place(o.Device, o.User)
		}
	}
	for _, t := range call.Talks {
		if !placedBy(call, t.Device) {
			place(t.Device, t.User)
		}
	}
	for i := range seats {
		seats[i] = seatOf(call, seats[i])
	}
	if caller, ok := dialer(call, owner); ok {
		if _, rung := at[caller.User]; !rung {
			seats = append(seats, caller)
		}
	}
	return seats
}

// placedBy reports whether the device made the call itself.
func placedBy(call cti.Call, device cti.Device) bool {
	return call.Direction != cti.Inbound && device == call.Initiator
}

// seatOf finds the state: an open talk beats an open offer beats what is over.
func seatOf(call cti.Call, s Seat) Seat {
	offer, offered := call.OfferTo(s.Device)
	talk, talked := call.TalkOf(s.Device)
	over := call.State == cti.CallEnded
	s.Queue = firstOf(offer.Queue, talk.Queue, call.Queue())
	s.Attempts, s.OfferedAt = offer.Attempts, offer.At
	if !offered {
		s.OfferedAt = talk.From
	}
	s.From = handedBy(call, s, offer, talk)
	switch {
	case talked && talk.Open() && !over:
		s.State, s.AnsweredAt = cti.CardAccepted, talk.From
	case offered && offer.Open() && !over:
		s.State = cti.CardOffered
	case offered && offer.Result == cti.OfferAccepted && !(talked && !talk.From.Before(offer.At)) && !over:
		s.State, s.AnsweredAt = cti.CardAccepted, offer.Ended // the talk itself follows
	case talked:
		return endedTalk(call, s, talk)
	default:
		return withdrawn(call, s, offer)
	}
	return s
}

func handedOver(via string) bool { return via == "transfer" || via == "consult" }

// handedBy is who brought the call to this seat: the offer tells, or else the newest
// transfer that led here.
func handedBy(call cti.Call, s Seat, offer cti.Offer, talk cti.Talk) cti.Device {
	if handedOver(offer.Via) && offer.By != "" && offer.By != s.Device {
		return offer.By
	}
	for _, t := range slices.Backward(call.Transfers) {
		if t.Result == "completed" && t.By != s.Device && ledTo(t, s, talk) {
			return t.By
		}
	}
	return ""
}

// soon bridges the moments between a talk and the PBX's word that a transfer is done.
const soon = 2 * time.Second

// ledTo: the transfer names this phone; it was blind and the phone rang after it (in a
// queue, or through a dialplan that hides the way); or it was attended, names nobody,
// and this is who talked when it was done.
func ledTo(t cti.Transfer, s Seat, talk cti.Talk) bool {
	switch {
	case t.To == string(s.Device):
		return true
	case t.Kind == "blind":
		return !s.OfferedAt.Before(t.At)
	}
	began := !talk.From.IsZero() && !talk.From.After(t.At.Add(soon))
	return t.To == "" && began && (talk.Open() || talk.To.After(t.At))
}

func endedTalk(call cti.Call, s Seat, talk cti.Talk) Seat {
	s.State, s.AnsweredAt, s.EndedAt, s.Reason = cti.CardEnded, talk.From, talk.To, talk.EndedBy
	if s.EndedAt.IsZero() {
		s.EndedAt = call.Ended
	}
	if talk.EndedBy == "transfer" {
		s.Reason, s.By = reasonTransferred, otherTalker(call, s.Device)
	}
	return s
}

func otherTalker(call cti.Call, not cti.Device) cti.Device {
	for _, t := range slices.Backward(call.Talks) {
		if t.Device != not {
			return t.Device
		}
	}
	return ""
}

func withdrawn(call cti.Call, s Seat, offer cti.Offer) Seat {
	s.State, s.EndedAt = cti.CardWithdrawn, offer.Ended
	if s.EndedAt.IsZero() {
		s.EndedAt = call.Ended
	}
	switch offer.Result {
	case cti.OfferNoAnswer:
		s.Reason = reasonNoAnswer
	case cti.OfferBusy:
		s.Reason = reasonBusy
	case cti.OfferRejected:
		s.Reason = reasonRejected
	default:
		s.Reason = firstOf(offer.Reason, reasonCallerLeft)
		if s.Reason != reasonCallerLeft && offer.By != s.From {
			s.By = offer.By
		}
	}
	return s
}

// dialer is the seat of an agent who calls a client himself. It exists as soon as it is
// known whom he calls, so that the card shows the client while he is rung.
func dialer(call cti.Call, owner func(cti.Device) cti.UserID) (Seat, bool) {
	if call.Direction != cti.Outbound || call.Initiator == "" || !dialled(call) {
		return Seat{}, false
	}
	talk, talked := call.TalkOf(call.Initiator)
	s := Seat{User: talk.User, Device: call.Initiator, State: cti.CardDialing, OfferedAt: call.Started, Queue: talk.Queue}
	if s.User == "" {
		s.User = owner(call.Initiator)
	}
	switch {
	case talked && talk.Open() && call.State != cti.CallEnded:
		s.State, s.AnsweredAt = cti.CardAccepted, talk.From
	case talked:
		s = endedTalk(call, s, talk)
	case call.State == cti.CallEnded:
		s.State, s.EndedAt, s.Reason = cti.CardEnded, call.Ended, string(call.Outcome)
	}
	return s, s.User != ""
}

func dialled(call cti.Call) bool {
	known := call.Client.Kind != cti.NumberAnonymous && (call.Client.Number != "" || call.Client.Raw != "")
	return call.Line != "" || known
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
