package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/config"
)

func TestAListOfTheDeskStandsForTheWholeOne(t *testing.T) {
	t.Parallel()
	cfg, err := config.Parse("f.yaml", []byte(`desk:
  results:
    - {id: sold, label: {en: Sold, ru: Продано}}
  reasons: []
  after_call_work: 30s
`), []string{"CALLCARD_DESK_SEE_QUEUE_CALLS=true"})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default().Desk
	want.Results = []config.Choice{{ID: "sold", Label: config.Label{EN: "Sold", RU: "Продано"}}}
	want.Reasons = []config.Choice{}
	want.AfterCallWork, want.SeeQueueCalls = 30*time.Second, true
	if diff := cmp.Diff(want, cfg.Desk); diff != "" {
		t.Error(diff)
	}
	if len(want.PauseReasons) == 0 {
		t.Error("there are no pause reasons by default")
	}
}

func TestChoicesThatCannotBe(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("f.yaml", []byte(`desk:
  results:
    - {id: Sold, label: {en: Sold, ru: Продано}}
    - {id: sold, label: {en: Sold, ru: Продано}}
    - {id: sold, label: {en: "Sold, again"}}
  pause_reasons:
    - id: rona
      label: {en: Missed, ru: Пропустил}
  after_call_work: -1s
`), nil)
	want := `f.yaml:3: desk.results[0].id: got "Sold", want a short name of small letters, digits, - and _
f.yaml:5: desk.results[2].id: got "sold", want another id than that of desk.results[1]
f.yaml:5: desk.results[2].label.ru: got nothing, want up to 60 characters of Russian
f.yaml:7: desk.pause_reasons[0].id: got "rona", want another id: callcard itself pauses with this one
f.yaml:9: desk.after_call_work: got "-1s", want a duration up to 1h, 0s for none`
	if err == nil {
		t.Fatal("a desk full of faults was taken")
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}
