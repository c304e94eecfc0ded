package pop

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func owner(d cti.Device) cti.UserID {
	return map[cti.Device]cti.UserID{"PJSIP/1001": "anna", "PJSIP/1002": "boris", "PJSIP/1003": "vera"}[d]
}

func clock(second int) time.Time { return time.Date(2026, 8, 5, 9, 30, second, 0, time.UTC) }

func TestAudience(t *testing.T) {
	offer := func(device cti.Device, at int) cti.Offer {
		return cti.Offer{Device: device, User: owner(device), Queue: "sales", At: clock(at), Attempts: 1, Via: "queue"}
	}
	ended := func(o cti.Offer, at int, result cti.OfferResult, reason string, by cti.Device) cti.Offer {
		o.Ended, o.Result, o.Reason, o.By = clock(at), result, reason, by
		return o
	}
	talk := func(device cti.Device, from, to int, by string) cti.Talk {
		talk := cti.Talk{Device: device, User: owner(device), From: clock(from), Queue: "sales", EndedBy: by}
		if to > 0 {
			talk.To = clock(to)
		}
		return talk
	}
	handed := func(o cti.Offer, via string, by cti.Device) cti.Offer {
		o.Via, o.By = via, by
		return o
	}
	tests := []struct {
		name string
		call cti.Call
		want []string // user state reason by from
	}{
		{"nobody yet", cti.Call{State: cti.CallQueued}, nil},
		{
			"rung",
			cti.Call{State: cti.CallRinging, Offers: []cti.Offer{offer("PJSIP/1001", 1), offer("PJSIP/1002", 1)}},
			[]string{"anna offered", "boris offered"},
		},
		{"a phone of nobody", cti.Call{State: cti.CallRinging, Offers: []cti.Offer{offer("PJSIP/1009", 1)}}, nil},
		{
			"answered, the talk follows",
			cti.Call{State: cti.CallRinging, Offers: []cti.Offer{ended(offer("PJSIP/1001", 1), 4, cti.OfferAccepted, "", "")}},
			[]string{"anna accepted"},
		},
		{
			"answered by one",
			cti.Call{
				State: cti.CallTalking, Offers: []cti.Offer{
					ended(offer("PJSIP/1001", 1), 4, cti.OfferAccepted, "", ""), ended(offer("PJSIP/1002", 1), 4, cti.OfferWithdrawn, "answered_elsewhere", "PJSIP/1001"),
				},
				Talks: []cti.Talk{talk("PJSIP/1001", 4, 0, "")},
			},
			[]string{"anna accepted", "boris withdrawn answered_elsewhere by:PJSIP/1001"},
		},
		{
			"how an offer ends",
			cti.Call{State: cti.CallQueued, Offers: []cti.Offer{
				ended(offer("PJSIP/1001", 1), 4, cti.OfferNoAnswer, "", ""), ended(offer("PJSIP/1002", 1), 4, cti.OfferRejected, "", ""), ended(offer("PJSIP/1003", 1), 4, cti.OfferBusy, "", ""),
			}},
			[]string{"anna withdrawn no_answer", "boris withdrawn rejected", "vera withdrawn busy"},
		},
		{
			"the caller left",
			cti.Call{State: cti.CallEnded, Ended: clock(9), Offers: []cti.Offer{ended(offer("PJSIP/1001", 1), 9, cti.OfferWithdrawn, "caller_left", "")}},
			[]string{"anna withdrawn caller_left"},
		},
		{
			"ended with an offer left open",
			cti.Call{State: cti.CallEnded, Ended: clock(9), Offers: []cti.Offer{offer("PJSIP/1001", 1)}},
			[]string{"anna withdrawn caller_left"},
		},
		{
			"rung again after no answer",
			cti.Call{State: cti.CallRinging, Offers: []cti.Offer{ended(offer("PJSIP/1001", 1), 4, cti.OfferNoAnswer, "", ""), offer("PJSIP/1001", 6)}},
			[]string{"anna offered"},
		},
		{
			"blind transfer rings",
			cti.Call{
				State: cti.CallRinging, Talks: []cti.Talk{talk("PJSIP/1001", 4, 8, "transfer")},
				Offers: []cti.Offer{ended(offer("PJSIP/1001", 1), 4, cti.OfferAccepted, "", ""), handed(offer("PJSIP/1003", 8), "transfer", "PJSIP/1001")},
			},
			[]string{"anna ended transferred", "vera offered from:PJSIP/1001"},
		},
		{
			"blind transfer answered",
			cti.Call{
				State: cti.CallTalking, Talks: []cti.Talk{talk("PJSIP/1001", 4, 8, "transfer"), talk("PJSIP/1003", 9, 0, "")},
				Offers: []cti.Offer{ended(offer("PJSIP/1001", 1), 4, cti.OfferAccepted, "", ""), ended(handed(offer("PJSIP/1003", 8), "transfer", "PJSIP/1001"), 9, cti.OfferAccepted, "", "PJSIP/1001")},
			},
			[]string{"anna ended transferred by:PJSIP/1003", "vera accepted from:PJSIP/1001"},
		},
		{
			"blind transfer given up",
			cti.Call{
				State: cti.CallEnded, Talks: []cti.Talk{talk("PJSIP/1001", 4, 8, "transfer")},
				Offers: []cti.Offer{ended(handed(offer("PJSIP/1003", 8), "transfer", "PJSIP/1001"), 12, cti.OfferWithdrawn, "caller_left", "PJSIP/1001")},
			},
			[]string{"vera withdrawn caller_left from:PJSIP/1001", "anna ended transferred"},
		},
		{
			"transferred back",
			cti.Call{
				State: cti.CallRinging, Talks: []cti.Talk{talk("PJSIP/1001", 4, 8, "transfer"), talk("PJSIP/1003", 9, 12, "transfer")},
				Offers: []cti.Offer{ended(offer("PJSIP/1001", 1), 4, cti.OfferAccepted, "", ""), handed(offer("PJSIP/1001", 12), "transfer", "PJSIP/1003")},
			},
			[]string{"anna offered from:PJSIP/1003", "vera ended transferred by:PJSIP/1001"},
		},
		{
			"picked up",
			cti.Call{
				State: cti.CallTalking, Talks: []cti.Talk{talk("PJSIP/1003", 4, 0, "")},
				Offers: []cti.Offer{ended(offer("PJSIP/1001", 1), 4, cti.OfferWithdrawn, "picked_up", "PJSIP/1003")},
			},
			[]string{"anna withdrawn picked_up by:PJSIP/1003", "vera accepted"},
		},
		{
			"the client hung up",
			cti.Call{State: cti.CallTalking, Talks: []cti.Talk{talk("PJSIP/1001", 4, 8, "client")}},
			[]string{"anna ended client"},
		},
		{
			"ended unheard",
			cti.Call{State: cti.CallEnded, Ended: clock(20), Talks: []cti.Talk{talk("PJSIP/1001", 4, 0, "")}},
			[]string{"anna ended"},
		},
		{"own ring of click-to-call", cti.Call{Direction: cti.Outbound, Initiator: "PJSIP/1001", State: cti.CallRinging, Offers: []cti.Offer{offer("PJSIP/1001", 1)}}, nil},
		{
			"the client is dialled",
			cti.Call{Direction: cti.Outbound, Initiator: "PJSIP/1001", State: cti.CallRinging, Line: "PJSIP/trunk"},
			[]string{"anna dialing"},
		},
		{
			"the client did not answer",
			cti.Call{Direction: cti.Outbound, Initiator: "PJSIP/1001", State: cti.CallEnded, Outcome: cti.OutcomeNoAnswer, Line: "PJSIP/trunk"},
			[]string{"anna ended no_answer"},
		},
		{
			"outbound talk",
			cti.Call{Direction: cti.Outbound, Initiator: "PJSIP/1001", State: cti.CallTalking, Line: "PJSIP/trunk", Talks: []cti.Talk{talk("PJSIP/1001", 4, 0, "")}},
			[]string{"anna accepted"},
		},
		{
			"outbound, handed over and back",
			cti.Call{
				Direction: cti.Outbound, Initiator: "PJSIP/1001", State: cti.CallRinging, Line: "PJSIP/trunk",
				Talks:  []cti.Talk{talk("PJSIP/1001", 4, 8, "transfer"), talk("PJSIP/1002", 9, 12, "transfer")},
				Offers: []cti.Offer{ended(handed(offer("PJSIP/1002", 8), "transfer", "PJSIP/1001"), 9, cti.OfferAccepted, "", "PJSIP/1001"), handed(offer("PJSIP/1001", 12), "transfer", "PJSIP/1002")},
			},
			[]string{"boris ended transferred by:PJSIP/1001 from:PJSIP/1001", "anna offered from:PJSIP/1002"},
		},
		{
			"internal: the caller has no card",
			cti.Call{
				Direction: cti.Internal, Initiator: "PJSIP/1001", State: cti.CallTalking,
				Talks: []cti.Talk{talk("PJSIP/1001", 4, 0, ""), talk("PJSIP/1002", 4, 0, "")},
			},
			[]string{"boris accepted"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range Audience(tt.call, owner) {
				got = append(got, seatText(s))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("seats (-want +got):\n%s", diff)
			}
		})
	}
}

func seatText(s Seat) string {
	text := string(s.User) + " " + string(s.State)
	if s.Reason != "" {
		text += " " + s.Reason
	}
	if s.By != "" {
		text += " by:" + string(s.By)
	}
	if s.From != "" {
		text += " from:" + string(s.From)
	}
	return text
}
