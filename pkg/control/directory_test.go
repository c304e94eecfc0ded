package control

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	asked := ""
	book := Phonebook{
		Agents: func(cti.User) []cti.AgentState {
			return []cti.AgentState{
				{User: "anna", Name: "Анна Смирнова", Extension: "1001", Mode: cti.ModeReady},
				{User: "boris", Name: "Борис Кузнецов", Extension: "1002", Mode: cti.ModeReady, Activity: cti.ActivityTalking, DeviceStatus: cti.DeviceInUse},
				{User: "nobody", Name: "Без телефона", Mode: cti.ModeReady},
			}
		},
		Queues: func() []QueueLine {
			return []QueueLine{{"support", "Поддержка", "600"}, {"back", "back", ""}}
		},
		Contacts: func(_ context.Context, text string, limit int) ([]cti.Contact, error) {
			asked = fmt.Sprintf("%s %d", text, limit)
			return []cti.Contact{{ID: "c1", Name: "Борисов", Phones: []string{"+79161234567", "+74951112233"}}, {ID: "c2", Name: "Борщ"}}, nil
		},
	}
	boris := cti.DirectoryEntry{Kind: "agent", ID: "boris", Name: "Борис Кузнецов", Number: "1002", Presence: cti.PresenceTalking}
	support := cti.DirectoryEntry{Kind: "queue", ID: "support", Name: "Поддержка", Number: "600"}
	client := cti.DirectoryEntry{Kind: "contact", ID: "c1", Name: "Борисов", Number: "+79161234567"}
	for _, tt := range []struct {
		text string
		want []cti.DirectoryEntry
		ask  string
	}{
		{"", []cti.DirectoryEntry{boris, support}, ""},
		{"б", []cti.DirectoryEntry{boris}, ""},
		{"БОР", []cti.DirectoryEntry{boris, client}, "БОР 49"},
		{"кузн 1002", []cti.DirectoryEntry{boris, client}, "кузн 1002 49"},
		{"600", []cti.DirectoryEntry{support, client}, "600 49"},
	} {
		asked = ""
		got, err := book.Entries(t.Context(), cti.User{ID: "anna"}, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
		if asked != tt.ask {
			t.Errorf("%q: contacts were asked %q, want %q", tt.text, asked, tt.ask)
		}
	}
}

func TestPresence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		state cti.AgentState
		want  cti.Presence
	}{
		{cti.AgentState{Mode: cti.ModeReady, DeviceStatus: cti.DeviceNotInUse, Activity: cti.ActivityIdle}, cti.PresenceFree},
		{cti.AgentState{Mode: cti.ModeReady, Activity: cti.ActivityACW}, cti.PresenceNotReady},
		{cti.AgentState{Mode: cti.ModeReady, Block: cti.BlockRONA}, cti.PresenceNotReady},
		{cti.AgentState{Mode: cti.ModeNotReady}, cti.PresenceNotReady},
		{cti.AgentState{Mode: cti.ModeNotReady, Activity: cti.ActivityHold}, cti.PresenceTalking},
		{cti.AgentState{Mode: cti.ModeReady, DeviceStatus: cti.DeviceInUse}, cti.PresenceTalking},
		{cti.AgentState{Mode: cti.ModeReady, Activity: cti.ActivityOffered, DeviceStatus: cti.DeviceRinging}, cti.PresenceRinging},
		{cti.AgentState{Mode: cti.ModeReady, DeviceStatus: cti.DeviceUnavailable}, cti.PresenceOffline},
		{cti.AgentState{Mode: cti.ModeOffline, DeviceStatus: cti.DeviceNotInUse}, cti.PresenceOffline},
	} {
		if got := PresenceOf(tt.state); got != tt.want {
			t.Errorf("%+v: got %s, want %s", tt.state, got, tt.want)
		}
	}
}
