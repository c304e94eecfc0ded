package gaps

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// stories are what happened in the laboratory, by hand from each scenario's words: for
// each call its direction, outcome, visits, and who talked for about how long.
var stories = map[string][]string{ //nolint:gochecknoglobals // a table
	"abandoned":              {"inbound abandoned missed; support abandoned; "},
	"announcement_agent":     {"inbound abandoned missed; support abandoned; "},
	"announcement_caller":    {"inbound abandoned missed; support abandoned; "},
	"answered":               {"inbound answered; support answered; 1001 2"},
	"answered_agent_ends":    {"inbound answered; support answered; 1001 2"},
	"attended_late":          {"inbound answered; support answered; 1001 7, 1002 3"},
	"attended_noanswer":      {"inbound answered; support answered; 1001 12"},
	"attended_queue":         {"inbound answered; support answered, sales answered; 1001 7, 1003 8"},
	"blind":                  {"inbound answered; support answered; 1001 1, 1003 4"},
	"blind_noanswer":         {"inbound answered; support answered; 1001 1"},
	"blind_queue":            {"inbound answered; support answered, sales answered; 1001 1, 1003 5"},
	"declined_then_answered": {"inbound answered; support answered; 1002 5"},
	"direct_abandoned":       {"inbound no_answer missed; ; "},
	"direct_answered":        {"inbound answered; ; 1001 2"},
	"direct_blind":           {"inbound answered; ; 1001 1, 1003 4"},
	"direct_busy":            {"inbound no_answer missed; ; "},
	"exit_key":               {"inbound ivr missed; reception key; "},
	"followme":               {"inbound answered; ; 1004 2"},
	"freepbx_answered":       {"inbound answered; 800 answered; 1001 3"},
	"freepbx_ringall":        {"inbound answered; 801 answered; 1002 3"},
	// The records do not tell that the second caller was refused: he was in no queue.
	"full":                 {"inbound ivr missed; ; ", "inbound abandoned missed; reception abandoned; "},
	"group":                {"inbound answered; ; 1002 2"},
	"leave_empty":          {"inbound timeout missed; reception empty; "},
	"local_optimised":      {"inbound answered; 802 answered; 1002 4"},
	"members":              {},
	"outbound":             {"outbound answered; ; 1001 2"},
	"outbound_blind":       {"outbound answered; ; 1001 1, 1002 4"},
	"outbound_noanswer":    {"outbound no_answer; ; "},
	"overflow":             {"inbound answered; front timeout, back answered; 1002 3"},
	"parked":               {"inbound answered; support answered; 1001 1, 1002 5"},
	"pickup":               {"inbound answered; support answered; 1002 5"},
	"ringall_second_round": {"inbound answered; sales answered; 1002 2"},
	"rona":                 {"inbound answered; support answered; 1002 3"},
	"timeout":              {"inbound timeout missed; express timeout; "},
	"withdrawn":            {"inbound timeout missed; support withdrawn; "},
	"click_answered":       {"outbound answered; ; 1001 2"},
	"click_client_busy":    {"outbound no_answer; ; "},
	"menu_left":            {"inbound ivr missed; ; "},
	"after_hours":          {"inbound ivr missed; ; "},
}

func TestCallsOfRealRecords(t *testing.T) {
	t.Parallel()
	for _, version := range asterisktest.Versions() {
		for name, want := range stories {
			t.Run(version+"/"+name, func(t *testing.T) {
				t.Parallel()
				order, calls := written(t, version, name)
				if len(order) != len(want) {
					t.Fatalf("%d calls, want %d", len(order), len(want))
				}
				for i, linkedid := range order {
					c := builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}.rebuild(linkedid, calls[linkedid])
					check(t, c, want[i])
				}
			})
		}
	}
}

// check compares a call with a story. Talks may be a second and a half off: each story was
// told once for each version, by clocks of whole seconds.
func check(t *testing.T, c cti.Call, want string) {
	t.Helper()
	parts := strings.Split(want, "; ")
	head, visits := fmt.Sprintf("%s %s", c.Direction, c.Outcome), []string{}
	if c.Missed {
		head += " missed"
	}
	for _, v := range c.Visits {
		visits = append(visits, fmt.Sprintf("%s %s", v.Queue, v.Outcome))
	}
	if head != parts[0] || strings.Join(visits, ", ") != parts[1] {
		t.Errorf("got %s; %s, want %s", head, strings.Join(visits, ", "), want)
	}
	talks := strings.FieldsFunc(parts[2], func(r rune) bool { return r == ',' })
	if len(talks) != len(c.Talks) {
		t.Fatalf("talks %+v, want %s", c.Talks, parts[2])
	}
	for i, text := range talks {
		var device string
		var seconds float64
		if _, err := fmt.Sscanf(strings.TrimSpace(text), "%s %g", &device, &seconds); err != nil {
			t.Fatal(err)
		}
		talk := c.Talks[i]
		if got := talk.To.Sub(talk.From); string(talk.Device) != "PJSIP/"+device || math.Abs(got.Seconds()-seconds) > 1.5 {
			t.Errorf("talk %d is %s for %v, want %s", i, talk.Device, got, text)
		}
	}
	if !strings.HasPrefix(string(c.ID), "m:") || c.Ended.Before(c.Started) || c.State != cti.CallEnded || c.Certainty != cti.Reconstructed || c.Client.Number != "+79161234567" && c.Client.Number != "+79169999999" {
		t.Errorf("%+v", c)
	}
}

// TestOddLines: what is no line is refused, and never more than that.
func TestOddLines(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "|", "x|y|z|a|b", "1|2|3|4|", "99999999999999|1.1|q|a|ENTERQUEUE|", "-5|1.1|q|a|ABANDON|1|1|1"} {
		if e, err := parseEntry(line); err == nil {
			t.Errorf("%q is %+v", line, e)
		}
	}
	e, err := parseEntry("1795350424|pbx-1795350423.4|support|NONE|ENTERQUEUE||79161234567|3\r\n")
	if err != nil || !e.at.Equal(time.Unix(1795350424, 0)) || e.datum(1) != "79161234567" || e.datum(2) != "3" || e.datum(9) != "" || !e.ofCall() {
		t.Errorf("%+v, %v", e, err)
	}
	moscow := time.FixedZone("MSK", 3*60*60)
	r, err := cdrForm{zone: moscow}.parse(`"","7916","100","x","""A, ""B"""" <7916>","PJSIP/t-1","","Hangup","","2026-11-22 12:27:03",,"2026-11-22 12:27:06",3,3,"ANSWERED","DOCUMENTATION","1.4","note","","1.4",4`)
	if err != nil || r.linkedid != "1.4" || r.start.Format(time.RFC3339) != "2026-11-22T09:27:03Z" || !r.answer.IsZero() || r.name() != `A, "B` {
		t.Errorf("%+v %q, %v", r, r.name(), err)
	}
	for _, line := range []string{"", `"a","b"`, strings.Repeat(`"",`, 30), `"`} {
		if r, err := (cdrForm{zone: time.UTC}).parse(line); err == nil {
			t.Errorf("%q is %+v", line, r)
		}
	}
}

func FuzzQueueLog(f *testing.F) {
	for _, line := range lines(f, "testdata/22/blind_queue.queue_log") {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if e, err := parseEntry(line); err == nil {
			b := builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}
			c := b.rebuild("1.1", records{entries: []entry{e, {at: e.at, uniqueid: e.uniqueid, queue: e.queue, verb: "ENTERQUEUE"}, e}})
			if c.Ended.Before(c.Started) {
				t.Errorf("%+v", c)
			}
		}
	})
}

func FuzzCDR(f *testing.F) {
	for _, line := range lines(f, "testdata/22/freepbx_ringall.csv") {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if r, err := (cdrForm{zone: time.UTC}).parse(line); err == nil {
			b := builder{pbx: "m", naming: labNames{}, normalize: number, userOf: nobody}
			if c := b.rebuild(r.linkedid, records{rows: []record{r, r}}); c.Ended.Before(c.Started) {
				t.Errorf("%+v", c)
			}
		}
	})
}
