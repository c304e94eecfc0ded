package gaps

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
)

// labNames are the names of the laboratory's PBX.
type labNames struct{}

func (labNames) Channel(name string) (cti.Device, cti.Role) {
	tech, rest, _ := strings.Cut(name, "/")
	switch tech {
	case "Local":
		return "", cti.RoleLocal
	case "PJSIP":
		endpoint, _, _ := strings.Cut(rest, "-")
		if endpoint == "trunk" {
			return "PJSIP/trunk", cti.RoleTrunk
		}
		return cti.Device("PJSIP/" + endpoint), cti.RolePhone
	}
	return "", cti.RoleOther
}

func (labNames) Member(name string) cti.Device {
	return map[string]cti.Device{
		"Ivan Petrov": "PJSIP/1001", "Anna Smirnova": "PJSIP/1002", "Oleg Ivanov": "PJSIP/1003", "Maria Orlova": "PJSIP/1004", "Petr Volkov": "PJSIP/1005",
	}[name]
}

func number(raw string) cti.Phone {
	switch {
	case raw == "":
		return cti.Phone{Kind: cti.NumberAnonymous}
	case len(raw) > 5:
		return cti.Phone{Number: "+" + raw, Raw: raw, Kind: cti.NumberE164}
	}
	return cti.Phone{Number: raw, Raw: raw, Kind: cti.NumberInternal}
}

func nobody(string, cti.Device) cti.UserID { return "" }

// written is what a real PBX wrote down of one scenario, by Linkedid in the order of the file.
func written(t *testing.T, version, name string) (order []string, calls map[string]records) {
	t.Helper()
	calls = map[string]records{}
	of := map[string]string{}
	take := func(linkedid string) records {
		if _, known := calls[linkedid]; !known {
			order = append(order, linkedid)
		}
		return calls[linkedid]
	}
	for _, line := range lines(t, filepath.Join("testdata", version, name+".csv")) {
		r, err := cdrForm{zone: time.UTC}.parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		found := take(r.linkedid)
		found.rows = append(found.rows, r)
		calls[r.linkedid], of[r.uniqueid] = found, r.linkedid
	}
	for _, line := range lines(t, filepath.Join("testdata", version, name+".queue_log")) {
		e, err := parseEntry(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if e.ofCall() {
			found := take(of[e.uniqueid])
			found.entries = append(found.entries, e)
			calls[of[e.uniqueid]] = found
		}
	}
	return order, calls
}

func lines(t testing.TB, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}
