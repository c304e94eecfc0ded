package gaps

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
)

type plainNames struct{}

func (plainNames) Channel(name string) (cti.Device, cti.Role) {
	tech, rest, ok := strings.Cut(name, "/")
	if !ok {
		return "", cti.RoleOther
	}
	if tech == "Local" {
		return "", cti.RoleLocal
	}
	if tech != "PJSIP" {
		return "", cti.RoleOther
	}
	if i := strings.LastIndexByte(rest, '-'); i > 0 {
		rest = rest[:i]
	}
	role := cti.RolePhone
	if rest == "trunk" {
		role = cti.RoleTrunk
	}
	return cti.Device("PJSIP/" + rest), role
}

func (plainNames) Member(name string) cti.Device {
	for extension, is := range map[string]string{
		"1001": "Ivan Petrov", "1002": "Anna Smirnova", "1003": "Oleg Ivanov", "1004": "Maria Orlova", "1005": "Petr Volkov",
	} {
		if is == name {
			return cti.Device("PJSIP/" + extension)
		}
	}
	return ""
}

func plainNumber(raw string) cti.Phone {
	if len(raw) > 5 {
		return cti.Phone{Number: "+" + raw, Raw: raw, Kind: cti.NumberE164}
	}
	return cti.Phone{Number: raw, Raw: raw, Kind: cti.NumberInternal}
}

func TestDump(t *testing.T) {
	files, _ := filepath.Glob(os.Getenv("DUMP") + "/*.csv")
	for _, f := range files {
		name := strings.TrimSuffix(f, ".csv")
		byCall := map[string]*records{}
		of := map[string]string{}
		csv, _ := os.ReadFile(f)
		var order []string
		for line := range strings.Lines(string(csv)) {
			r, err := cdrForm{zone: time.UTC}.parse(line)
			if err != nil {
				t.Error(line, err)
			}
			if byCall[r.linkedid] == nil {
				byCall[r.linkedid] = &records{}
				order = append(order, r.linkedid)
			}
			of[r.uniqueid] = r.linkedid
			byCall[r.linkedid].rows = append(byCall[r.linkedid].rows, r)
		}
		q, _ := os.ReadFile(name + ".queue_log")
		for line := range strings.Lines(string(q)) {
			e, err := parseEntry(line)
			if err != nil {
				t.Error(line, err)
			}
			if e.ofCall() {
				id := of[e.uniqueid]
				if byCall[id] == nil {
					byCall[id] = &records{}
					order = append(order, id)
				}
				byCall[id].entries = append(byCall[id].entries, e)
			}
		}
		fmt.Printf("== %s\n", filepath.Base(name))
		for _, id := range order {
			c := builder{pbx: "m", naming: plainNames{}, normalize: plainNumber, userOf: func(string, cti.Device) cti.UserID { return "" }}.rebuild(id, *byCall[id])
			fmt.Printf("  %s %s %s did=%s init=%s line=%s %s missed=%v %.0fs over=%v\n", c.ID, c.Direction, c.Client.Number, c.DID, c.Initiator, c.Line, c.Outcome, c.Missed, c.Ended.Sub(c.Started).Seconds(), byCall[id].over())
			for _, v := range c.Visits {
				fmt.Printf("    visit %s %s %.0fs by %s\n", v.Queue, v.Outcome, v.Left.Sub(v.Joined).Seconds(), v.By)
			}
			for _, o := range c.Offers {
				fmt.Printf("    offer %s %s %s x%d %s %.1fs\n", o.Device, o.Queue, o.Result, o.Attempts, o.Reason, o.Ended.Sub(o.At).Seconds())
			}
			for _, o := range c.Talks {
				fmt.Printf("    talk %s %s %.0fs %s\n", o.Device, o.Queue, o.To.Sub(o.From).Seconds(), o.EndedBy)
			}
		}
	}
}
