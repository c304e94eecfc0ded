package push

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// The files in testdata are the wire: this test and the tests of the web app read the
// same ones. `go test ./pop/push -run Golden -update` writes them anew.
var update = flag.Bool("update", false, "write the golden frames")

func at(clock string) time.Time {
	t, err := time.Parse(time.RFC3339, "2026-08-05T"+clock+"Z")
	if err != nil {
		panic(err)
	}
	return t
}

func goldenCard() cti.Card {
	return cti.Card{
		CallID: "main:1795323620.9", Version: 2,
		State: cti.CardOffered, CallState: cti.CallRinging, Direction: cti.Inbound,
		Match:      cti.MatchSingle,
		Client:     cti.Phone{Number: "+79161234567", Raw: "89161234567", Kind: cti.NumberE164},
		ClientName: "IVANOV",
		Candidates: []cti.Candidate{goldenIvanov()},
		Lookup:     "done",
		History: []cti.PastCall{
			{CallID: "main:1795237220.4", At: at("07:14:03").AddDate(0, 0, -1), Direction: cti.Inbound, Outcome: cti.OutcomeAnswered, Queue: "support", Agent: "Анна Смирнова", Seconds: 184, Result: "order", Note: "Ждёт счёт"},
			{CallID: "main:1795150820.2", At: at("15:40:11").AddDate(0, 0, -6), Direction: cti.Inbound, Outcome: cti.OutcomeAbandoned, Queue: "support"},
		},
		CallbackID: "cb-41",
		Callback:   &cti.CardCallback{ID: "cb-41", Missed: 2, FirstMissed: at("08:10:00"), LastMissed: at("08:44:31"), ClaimedBy: "boris", ClaimedByName: "Борис Кузнецов"},
		CallsToday: 3,
		Scenario: cti.Scenario{Rule: "contract", Blocks: []cti.CardBlock{cti.BlockIdentity, cti.BlockCallback, cti.BlockVariables, cti.BlockHistory}, Open: &cti.Opening{
			When: cti.OpenAnswer, URL: "https://crm.example.com/contracts/17%2F25?from=%2B79161234567", Label: "Договор", Target: cti.TargetTab,
		}},
		Variables: []cti.ShownVariable{{Name: "CONTRACT", Label: "Договор", Value: "17/25"}},
		Queue:     "support", QueueTitle: "Поддержка", DID: "+74950000001", DIDTitle: "Главный номер",
		Agent: "anna", Device: "PJSIP/1001",
		OfferedAt: at("09:30:05"), ExpiresAt: at("09:31:05"), Certainty: cti.Observed, Notes: []cti.Note{},
	}
}

func goldenIvanov() cti.Candidate {
	return cti.Candidate{
		Contact: cti.Contact{
			ID: "c-1001", Source: "callcard", Name: "Иванов Пётр Сергеевич", Company: "ООО «Ромашка»", CompanyID: "c-900",
			Phones: []string{"+79161234567", "+74951112233"}, Email: "p.ivanov@romashka.example", Responsible: "anna", VIP: true,
			Notes:   "Просит звонить после 11:00",
			Created: at("08:00:00").AddDate(-1, 0, 0), Updated: at("08:00:00").AddDate(0, -1, 0),
		},
		Certain:  true,
		LastCall: at("07:14:03").AddDate(0, 0, -1),
		Orders:   []cti.Order{{ID: "o-77", Title: "Поставка 120 стульев", Status: "в работе", Amount: "184 000 ₽", At: at("10:00:00").AddDate(0, 0, -12)}},
	}
}

func goldenPetrova() cti.Candidate {
	return cti.Candidate{Contact: cti.Contact{
		ID: "c-1002", Source: "callcard", Name: "Петрова Мария", Company: "ИП Петрова",
		Phones: []string{"+79161234568"}, Created: at("08:00:00").AddDate(-1, 0, 0), Updated: at("08:00:00").AddDate(0, -1, 0),
	}, Certain: true}
}

func goldenAgent() cti.AgentState {
	return cti.AgentState{
		User: "anna", Name: "Анна Смирнова", Device: "PJSIP/1001", Extension: "1001",
		Mode: cti.ModeReady, Since: at("09:00:00"), SetBy: "anna",
		Activity: cti.ActivityOffered, CallID: "main:1795323620.9", DeviceStatus: cti.DeviceRinging, Online: true,
		Queues: []cti.AgentQueue{{Queue: "support", Member: true, Since: at("09:00:00")}, {Queue: "sales", Member: true, Paused: true, Reason: "training", Since: at("09:10:00")}},
	}
}

func goldenColleague() cti.AgentState {
	return cti.AgentState{
		User: "boris", Name: "Борис Кузнецов", Device: "PJSIP/1002", Extension: "1002",
		Mode: cti.ModeNotReady, Reason: "lunch", Since: at("09:20:00"), SetBy: "pbx",
		Activity: cti.ActivityIdle, DeviceStatus: cti.DeviceNotInUse,
		Queues:  []cti.AgentQueue{{Queue: "support", Member: true, Paused: true, Reason: "lunch", Since: at("09:20:00")}},
		Pending: "the PBX has not confirmed yet",
	}
}

func goldenCallback() cti.Callback {
	return cti.Callback{
		ID: "cb-41", State: cti.CallbackOpen, Client: cti.Phone{Number: "+79161234567", Raw: "89161234567", Kind: cti.NumberE164},
		Line: "+74950000001", Queue: "support", Cause: cti.OutcomeAbandoned, Missed: 2, Agents: []cti.UserID{"anna"},
		Calls: []cti.CallID{"main:1795150820.2", "main:1795150990.7"}, ContactID: "c-1001", ContactName: "Иванов Пётр Сергеевич",
		Created: at("08:10:00"), FirstMissed: at("08:10:00"), LastMissed: at("08:44:31"), LastCall: at("08:44:31"),
		Group: "+74950000001", Causes: []cti.CallbackCause{cti.CauseAbandoned}, Priority: 2, Due: at("09:14:31"),
		ClaimedBy: "boris", ClaimedByName: "Борис Кузнецов", ClaimedUntil: at("09:35:00"),
		Attempts: []cti.Attempt{{At: at("09:20:00"), Agent: "boris", AgentName: "Борис Кузнецов", CallID: "main:1795151900.1", Outcome: cti.AttemptBusy}},
	}
}

func goldenNote() cti.Note {
	return cti.Note{Agent: "anna", AgentName: "Анна Смирнова", Text: "Просит счёт на 120 стульев,\nперезвонить завтра", Version: 3, UpdatedAt: at("09:34:31")}
}

func goldenFrames() map[string]any {
	opened := goldenCard()
	opened.Version, opened.Match, opened.Lookup, opened.Candidates, opened.History, opened.CallbackID = 1, cti.MatchUnknown, "pending", []cti.Candidate{}, []cti.PastCall{}, ""
	opened.Callback, opened.CallsToday, opened.Variables = nil, 0, nil
	opened.Scenario = cti.Scenario{Rule: "any", Blocks: cti.CardBlocks()}

	updated := goldenCard()

	several := goldenCard()
	several.CallID, several.Version = "main:1795323700.14", 1
	several.Match, several.Candidates = cti.MatchMultiple, []cti.Candidate{goldenIvanov(), goldenPetrova()}
	several.Usually, several.Scenario.Open = &cti.Usually{ContactID: "c-1002", Name: "Петрова Мария", Times: 4}, nil
	several.State, several.CallState, several.AnsweredAt, several.TransferredBy = cti.CardAccepted, cti.CallTalking, at("09:30:09"), "Борис Кузнецов"
	several.Recording, several.Can = cti.RecordingPaused, []cti.Act{cti.ActTransfer, cti.ActHangup, cti.ActResumeRecording}

	withdrawn := goldenCard()
	withdrawn.Version, withdrawn.State, withdrawn.CallState = 3, cti.CardWithdrawn, cti.CallTalking
	withdrawn.Reason, withdrawn.By, withdrawn.EndedAt = "answered_elsewhere", "Борис Кузнецов", at("09:30:09")

	ended := goldenCard()
	ended.Version, ended.State, ended.CallState = 4, cti.CardEnded, cti.CallEnded
	ended.ChosenID, ended.AnsweredAt, ended.EndedAt = "c-1001", at("09:30:09"), at("09:34:40")

	company := goldenCard()
	company.CallID = "main:1795323800.21"
	company.Candidates = []cti.Candidate{{Contact: cti.Contact{
		ID: "c-900", Source: "callcard", Name: "ООО «Ромашка»", IsCompany: true, Phones: []string{"+79161234567"},
		Created: at("08:00:00").AddDate(-1, 0, 0), Updated: at("08:00:00").AddDate(0, -1, 0),
	}, Certain: true}}
	company.People = []cti.Contact{goldenIvanov().Contact}
	ended.Notes = []cti.Note{goldenNote()}
	ended.Result = &cti.CallResult{Result: "order", Reasons: []string{"delivery", "payment"}, Agent: "anna", AgentName: "Анна Смирнова", At: at("09:34:52")}

	agent := goldenAgent()
	return map[string]any{
		TypeSnapshot: Snapshot{
			Agent: &agent, Cards: []cti.Card{updated, several, company}, Callbacks: []cti.Callback{goldenCallback()},
			Agents: []cti.AgentState{goldenAgent(), goldenColleague()}, ServerTime: at("09:30:06"),
		},
		TypeCardOpened: opened, TypeCardUpdated: updated, TypeCardWithdrawn: withdrawn, TypeCardEnded: ended,
		TypeAgentChanged: goldenColleague(), TypeCallbackChanged: goldenCallback(),
		TypeNoteChanged: map[string]any{"call_id": "main:1795323620.9", "note": goldenNote()},
	}
}

func TestGoldenFramesAreTheWire(t *testing.T) {
	t.Parallel()
	seq := map[string]uint64{TypeSnapshot: 40, TypeCardOpened: 41, TypeCardUpdated: 42, TypeCardWithdrawn: 43, TypeCardEnded: 44, TypeAgentChanged: 45, TypeCallbackChanged: 46, TypeNoteChanged: 47}
	for kind, data := range goldenFrames() {
		text, err := encode(data)
		if err != nil {
			t.Fatal(err)
		}
		frame := envelope("e7f3a1", seq[kind], kind, text)
		compareGolden(t, kind+".json", frame[bytes.Index(frame, []byte(`{"epoch"`)):])
	}
}

func compareGolden(t *testing.T, name string, text []byte) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text, "", "  "); err != nil {
		t.Fatalf("%s is no JSON: %v", name, err)
	}
	pretty.WriteByte('\n')
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, pretty.Bytes()) {
		t.Errorf("%s differs from what is sent now:\n%s", file, pretty.Bytes())
	}
}

func TestGoldenAckIsUnderstood(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/ack.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeMessage(text)
	if err != nil {
		t.Fatal(err)
	}
	want := message{Type: "ack", CallID: "main:1795323620.9", CardVersion: 2, ShownAt: at("09:30:05").Add(140 * time.Millisecond), Tab: "desk-1"}
	if got != want || got.validate() != nil {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
