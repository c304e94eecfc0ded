package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"callcard/pkg/api"
	"callcard/pkg/cti"
)

// audits has one audited day.
type audits struct{ asked *[]string }

func (a audits) Audit(_ context.Context, day string) (cti.Audit, error) {
	*a.asked = append(*a.asked, day)
	if day != "" && day != "2026-11-21" {
		return cti.Audit{}, cti.ErrNotFound
	}
	return cti.Audit{
		Day: "2026-11-21", At: morning, Ours: cti.AuditFigures{Calls: 2, Answered: 1, Missed: 1, TalkSeconds: 10},
		Theirs: cti.AuditFigures{Calls: 3, Answered: 2, Missed: 1, TalkSeconds: 25},
		Differences: []cti.AuditDifference{{
			CallID: "main:1.3", PBX: "main", At: morning, What: []string{"calls"},
			Theirs: &cti.AuditCall{Direction: cti.Inbound, Answered: true, TalkSeconds: 15},
		}},
	}, nil
}

// An audit is for those who see all calls: the newest, or that of a day.
func TestAudit(t *testing.T) {
	t.Parallel()
	var asked []string
	o := newOffice(t, func(d *api.Deps) { d.Audits = audits{&asked} })
	const want = `"day":"2026-11-21","at":"2026-11-22T08:00:00Z","ours":{"calls":2,"answered":1,"missed":1,"talk_seconds":10},` +
		`"theirs":{"calls":3,"answered":2,"missed":1,"talk_seconds":25},"differences":[{"call_id":"main:1.3","pbx":"main",` +
		`"at":"2026-11-22T08:00:00Z","what":["calls"],"ours":null,"theirs":{"direction":"inbound","answered":true,"missed":false,"talk_seconds":15}}]`
	for _, target := range []string{"/api/v1/audit", "/api/v1/audit?day=2026-11-21"} {
		if got := o.ask(t, "olga", http.MethodGet, target, "").want(http.StatusOK).Body.String(); !strings.Contains(got, want) {
			t.Errorf("%s: %s", target, got)
		}
	}
	o.ask(t, "olga", http.MethodGet, "/api/v1/audit?day=2026-11-20", "").want(http.StatusNotFound)
	if got := o.ask(t, "olga", http.MethodGet, "/api/v1/audit?day=yesterday", "").want(http.StatusUnprocessableEntity).Body.String(); !strings.Contains(got, "yesterday") {
		t.Errorf("the fault does not say what was got: %s", got)
	}
	o.ask(t, "anna", http.MethodGet, "/api/v1/audit", "").want(http.StatusForbidden)
	o.ask(t, "", http.MethodGet, "/api/v1/audit", "").want(http.StatusUnauthorized)
	if len(asked) != 3 {
		t.Errorf("asked for %q", asked)
	}
}
