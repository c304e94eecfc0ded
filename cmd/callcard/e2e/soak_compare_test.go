package e2e

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// report is the table at the end: what the PBX's books and files say beside what callcard
// says, and each thing in which they differ.
type report struct {
	rows        []string
	differences []string
}

func (r *report) row(figure string, pbx, ours any) {
	r.rows = append(r.rows, fmt.Sprintf("%-44s %14v %14v", figure, pbx, ours))
}

func (r *report) differ(format string, args ...any) {
	r.differences = append(r.differences, fmt.Sprintf(format, args...))
}

func (s *soak) compare(t *testing.T) {
	t.Helper()
	books := truth(t, s.pbx.CDR, s.pbx.QueueLog)
	records := s.allCalls(t)
	r := &report{}
	s.compareCalls(r, books, records)
	s.compareCallbacks(t, r, books)
	s.compareRecordings(t, r, records)
	s.compareMessages(t, r, records)
	t.Logf("asterisk %s, %v, callcard killed %d times, Redis %d times\n%-44s %14s %14s\n%s", s.pbx.Version, s.length, s.kills, s.redisKills,
		"", "Asterisk", "callcard", strings.Join(r.rows, "\n"))
	const shown = 60
	for i, difference := range r.differences {
		if i == shown {
			t.Errorf("and %d more differences", len(r.differences)-shown)
			break
		}
		t.Error(difference)
	}
}

// compareCalls puts each conversation of the books beside the one call that holds its
// Linkedid.
func (s *soak) compareCalls(r *report, books map[string]*conversation, records []cti.CallRecord) {
	of := map[string][]cti.CallRecord{}
	for _, record := range records {
		for _, id := range record.Linkedids {
			of[id] = append(of[id], record)
		}
		if !slices.ContainsFunc(record.Linkedids, func(id string) bool { return books[id] != nil }) {
			r.differ("%s is not in the PBX's books: %s", record.ID, tell(record))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(books)) {
		switch c := books[id]; len(of[id]) {
		case 0:
			r.differ("%s is not a call of callcard: %s", id, c)
		case 1:
			compareCall(r, c, of[id][0])
		default:
			r.differ("%s is %d calls of callcard: %s", id, len(of[id]), c)
		}
	}
	pbx, ours := sums{}, sums{}
	for _, c := range books {
		pbx.add(c.direction, c.answered(), c.missed(), len(c.talks), c.talked())
	}
	certain := map[cti.Certainty]int{}
	for _, record := range records {
		ours.add(record.Direction, record.Outcome == cti.OutcomeAnswered, record.Missed, len(record.Talks), talkedIn(record))
		certain[record.Certainty]++
	}
	for _, figure := range []string{"calls", "inbound", "outbound", "internal", "answered", "missed", "talks", "talk seconds"} {
		r.row(figure, pbx[figure], ours[figure])
	}
	r.row("heard whole / completed / made of records", "", fmt.Sprintf("%d / %d / %d", certain[cti.Observed], certain[cti.Reconciled], certain[cti.Reconstructed]))
	r.row("of whose end nothing is known", 0, certain[cti.Unknown])
}

type sums map[string]int

func (s sums) add(direction cti.Direction, answered, missed bool, talks int, talked time.Duration) {
	s["calls"]++
	s[string(direction)]++
	if answered {
		s["answered"]++
	}
	if missed {
		s["missed"]++
	}
	s["talks"] += talks
	s["milliseconds"] += int(talked.Milliseconds())
	s["talk seconds"] = s["milliseconds"] / 1000
}

func compareCall(r *report, c *conversation, record cti.CallRecord) {
	var wrong []string
	check := func(what string, same bool, got, want any) {
		if !same {
			wrong = append(wrong, fmt.Sprintf("%s: callcard %v, Asterisk %v", what, got, want))
		}
	}
	check("direction", record.Direction == c.direction, record.Direction, c.direction)
	check("client", record.Client.Number == c.client, record.Client.Number, c.client)
	check("answered", (record.Outcome == cti.OutcomeAnswered) == c.answered(), record.Outcome, c.answered())
	check("missed", record.Missed == c.missed(), record.Missed, c.missed())
	check("talks", len(record.Talks) == len(c.talks), len(record.Talks), len(c.talks))
	off := (talkedIn(record) - c.talked()).Abs()
	check("talk", off <= callTolerance(len(c.talks)), talkedIn(record), c.talked())
	if len(wrong) > 0 {
		r.differ("%s: %s\n  callcard: %s\n  Asterisk: %s", c.id, strings.Join(wrong, "; "), tell(record), c)
	}
}

func talkedIn(record cti.CallRecord) (sum time.Duration) {
	for _, talk := range record.Talks {
		sum += time.Duration(talk.Seconds(record.Ended) * float64(time.Second))
	}
	return sum.Round(time.Millisecond)
}

func tell(record cti.CallRecord) string {
	text := fmt.Sprintf("%s %s of %s, %s, %s, missed %v, %s to %s", record.ID, record.Direction, record.Client.Number, record.Outcome,
		record.Certainty, record.Missed, record.Started.UTC().Format("15:04:05.000"), record.Ended.UTC().Format("15:04:05.000"))
	for _, talk := range record.Talks {
		text += fmt.Sprintf("; talk %s %s to %s", talk.Device, talk.From.UTC().Format("15:04:05.000"), talk.To.UTC().Format("15:04:05.000"))
	}
	for _, visit := range record.Visits {
		text += fmt.Sprintf("; visit %s %s", visit.Queue, visit.Outcome)
	}
	return text
}

// compareCallbacks: who was missed and not reached since is owed exactly one callback.
func (s *soak) compareCallbacks(t *testing.T, r *report, books map[string]*conversation) {
	t.Helper()
	open := map[string]int{}
	for _, callback := range s.allCallbacks(t, "open") {
		open[callback.Client.Number]++
	}
	owed := debts(books, soakMinTalk)
	want, either := 0, 0
	for client, debt := range owed {
		switch n := open[client]; {
		case debt == owesEither && n <= 1:
			either += n
			continue
		case debt == owesCallback && n == 1, debt == owesNothing && n == 0:
		default:
			r.differ("client %s has %d open callbacks; owed: %v\n    %s", client, n, debt == owesCallback, storyOf(books, client))
		}
		if debt == owesCallback {
			want++
		}
	}
	for client, n := range open {
		if _, called := owed[client]; !called {
			r.differ("client %s, who never called, has %d open callbacks", client, n)
		}
	}
	sum := 0
	for _, n := range open {
		sum += n
	}
	r.row("clients owed a callback / open callbacks", want, sum)
	r.row("of them after a talk of about the least that counts", either, either)
}

func storyOf(books map[string]*conversation, client string) string {
	var all []*conversation
	for _, c := range books {
		if c.client == client {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *conversation) int { return cmp.Compare(a.id, b.id) })
	var text []string
	for _, c := range all {
		text = append(text, c.String())
	}
	return strings.Join(text, "\n    ")
}

// pages reads a whole list.
func pages[T any](t *testing.T, c *client, path string) (all []T) {
	t.Helper()
	for cursor := ""; ; {
		var page struct {
			Items []T
			Next  string `json:"next_cursor"`
		}
		c.do(t, http.MethodGet, path+"&cursor="+url.QueryEscape(cursor), nil, &page)
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

func (s *soak) allCalls(t *testing.T) []cti.CallRecord {
	t.Helper()
	return pages[cti.CallRecord](t, s.admin, "/api/v1/calls?limit=100")
}

func (s *soak) allCallbacks(t *testing.T, state string) []cti.Callback {
	t.Helper()
	return pages[cti.Callback](t, s.admin, "/api/v1/callbacks?scope=all&state="+state)
}
