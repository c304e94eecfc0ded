package calls

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

// Two PBXes count their channels alike; nothing of one is the other's.
func TestTwoPBXesWithEqualUniqueids(t *testing.T) {
	t.Parallel()
	const moscow, kazan = "moscow", "kazan"
	player := NewPlayer(Options{})
	at := scenarioStart()
	leg := func(pbx, id, name string, role cti.Role, state cti.LegState, caller string) cti.Leg {
		device, _, _ := strings.Cut(name, "-")
		return cti.Leg{
			ID: cti.LegID{PBX: pbx, Uniqueid: id}, Linkedid: "1.1", Name: name, Device: cti.Device(device),
			Role: role, State: state, Caller: cti.Party{Number: caller}, Exten: "74950000001",
		}
	}
	callers := map[string]string{moscow: "79161111111", kazan: "79162222222"}
	var events []cti.CallEvent
	play := func(make func(pbx string, stamp cti.Stamp, trunk, phone cti.Leg) cti.PBXEvent) {
		for _, pbx := range []string{moscow, kazan} {
			stamp := cti.Stamp{PBX: pbx, At: at}
			trunk := leg(pbx, "1.1", "PJSIP/trunk-1", cti.RoleTrunk, cti.LegDialing, callers[pbx])
			phone := leg(pbx, "1.2", "PJSIP/1001-1", cti.RolePhone, cti.LegDown, "")
			events = append(events, player.Play(make(pbx, stamp, trunk, phone))...)
		}
		at = at.Add(time.Second)
	}
	play(func(_ string, s cti.Stamp, trunk, _ cti.Leg) cti.PBXEvent {
		return cti.LegCreated{Stamp: s, Leg: trunk}
	})
	play(func(_ string, s cti.Stamp, trunk, phone cti.Leg) cti.PBXEvent {
		return cti.DialBegan{Stamp: s, From: trunk, To: phone}
	})
	play(func(_ string, s cti.Stamp, trunk, phone cti.Leg) cti.PBXEvent {
		return cti.DialEnded{Stamp: s, From: trunk, To: phone, Status: cti.DialAnswer}
	})
	for _, side := range []string{"trunk", "phone"} {
		play(func(_ string, s cti.Stamp, trunk, phone cti.Leg) cti.PBXEvent {
			return cti.BridgeEntered{Stamp: s, Bridge: "b1", Type: "basic", Leg: map[string]cti.Leg{"trunk": trunk, "phone": phone}[side]}
		})
	}
	// Only Moscow's caller hangs up; Kazan's link is lost and comes back with nothing.
	events = append(events, player.Play(cti.LegEnded{Stamp: cti.Stamp{PBX: moscow, At: at}, Leg: cti.LegID{PBX: moscow, Uniqueid: "1.1"}, Cause: 16})...)
	events = append(events, player.Play(cti.LegEnded{Stamp: cti.Stamp{PBX: moscow, At: at}, Leg: cti.LegID{PBX: moscow, Uniqueid: "1.2"}, Cause: 16})...)
	events = append(events, player.Play(cti.LinkDown{Stamp: cti.Stamp{PBX: kazan, At: at}})...)
	events = append(events, player.Play(cti.Snapshot{Stamp: cti.Stamp{PBX: kazan, At: at.Add(time.Second)}})...)
	events = append(events, player.Settle()...)

	got := map[cti.CallID]string{}
	for _, e := range events {
		if e.Kind == cti.CallFinished {
			got[e.Call.ID] += fmt.Sprintf("%s %s %s talks=%d", e.Call.Client.Number, e.Call.Outcome, e.Call.Certainty, len(e.Call.Talks))
		}
	}
	want := map[cti.CallID]string{
		"moscow:1.1": "+79161111111 answered observed talks=1",
		"kazan:1.1":  "+79162222222 answered unknown talks=1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
