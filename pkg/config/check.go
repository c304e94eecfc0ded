package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
)

// check adds what the validator finds, at the place each value came from.
func (r *reading) check(cfg Config) {
	r.uniqueIDs(cfg)
	for i, pbx := range cfg.PBX {
		unique(r, fmt.Sprintf("pbx[%d].queues[%%d].name", i), pbx.Queues, func(q Queue) string { return q.Name })
		unique(r, fmt.Sprintf("pbx[%d].dids[%%d].number", i), pbx.DIDs, func(d DID) string { return d.Number })
	}
	r.choices(cfg.Desk)
	r.reachable(cfg.Recordings)
	unique(r, "recordings.policies[%d].name", cfg.Recordings.Policies, func(p RecordingPolicy) string { return p.Name })
	var found validator.ValidationErrors
	if err := rules().Struct(cfg); !errors.As(err, &found) {
		return
	}
	for _, one := range found {
		_, path, _ := strings.Cut(one.Namespace(), ".")
		if r.refused[path] {
			continue // its text was refused already, and the default stands in
		}
		r.faults = append(r.faults, r.explain(path, one))
	}
}

func (r *reading) explain(path string, one validator.FieldError) Fault {
	field, place := path, r.element(path) // of a list leaf: "pbx[0].trunks[1]" is explained by "pbx[0].trunks"
	if i := strings.LastIndexByte(path, '['); strings.HasSuffix(path, "]") {
		path = path[:i]
	}
	l := r.schema.leaves[pattern(path)]
	text := reflect.ValueOf(one.Value()).String()
	if d, ok := one.Value().(time.Duration); ok {
		text = d.String()
	}
	return Fault{Where: place.where, Field: field, Got: l.show(text), Want: l.want, line: place.line}
}

// add puts the faults of another check where their values came from.
func (r *reading) add(faults []Fault) {
	for _, f := range faults {
		place := r.element(f.Field)
		f.Where, f.line, f.Got = place.where, place.line, quote(f.Got)
		r.faults = append(r.faults, f)
	}
}

// element is place for what may be one text of a list, which has a line of its own.
func (r *reading) element(path string) value {
	i := strings.LastIndexByte(path, '[')
	if i < 0 || !strings.HasSuffix(path, "]") {
		return r.place(path)
	}
	place := r.place(path[:i])
	n, err := strconv.Atoi(path[i+1 : len(path)-1])
	if err == nil && n < len(place.lines) {
		place.line = place.lines[n]
		place.where = r.at(place.line)
	}
	return place
}

// place is where a value was written, or else the nearest branch around it.
func (r *reading) place(path string) value {
	if v, ok := r.values[path]; ok {
		return v
	}
	for path != "" {
		if v, ok := r.places[path]; ok {
			return v
		}
		path, _ = split(path)
	}
	return r.places[""]
}

// uniqueIDs is no tag of the validator, which would not look inside the elements
// of a list that it refuses as a whole.
func (r *reading) uniqueIDs(cfg Config) {
	unique(r, "webhooks.endpoints[%d].id", cfg.Webhooks.Endpoints, func(w Webhook) string { return w.ID })
	unique(r, "calendars[%d].name", cfg.Calendars, func(c LineCalendar) string { return c.Name })
	unique(r, "pbx[%d].id", cfg.PBX, func(p PBX) string { return p.ID })
}

// unique refuses a name that an earlier element of a list has; path is that of the
// name, with %d for the index.
func unique[T any](r *reading, path string, list []T, name func(T) string) {
	first := map[string]int{}
	for i, element := range list {
		text, at := name(element), fmt.Sprintf(path, i)
		one, taken := first[text]
		if !taken || text == "" {
			first[text] = i
			continue
		}
		place := r.place(at)
		of := fmt.Sprintf(path, one)
		r.faults = append(r.faults, Fault{
			Where: place.where, Field: at, line: place.line,
			Got: quote(text), Want: "another " + of[strings.LastIndexByte(of, '.')+1:] + " than that of " + of[:strings.LastIndexByte(of, '.')],
		})
	}
}

// rules is a validator that knows the tags of Config and speaks of keys, not of Go fields.
func rules() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("yaml") })
	for tag, ok := range map[string]func(string) bool{
		"listen": isListen, "address": isAddress, "origin": isOrigin, "store": isStore,
		"redis": isRedis, "internal": isInternal, "pbxid": isPBXID, "dialplan": isContext,
		"endpoints": isEndpoints, "variable": isVariable, "signing": isSigningSecret, "regexp": isRegexp,
		"choiceid": isChoiceID, "vault": isVault, "records": isRecords, "table": isTable,
		"weekly": isWeekly, "closeddays": isClosedDays, "dayhours": isDayHours,
		"duration": isDuration, "hours": isHours, "clock": isClock, "numbers": isNumbers,
	} {
		// It fails only for an empty tag or function.
		_ = v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return ok(f.Field().String()) })
	}
	return v
}

func isListen(text string) bool {
	_, port, err := net.SplitHostPort(text)
	return err == nil && isPort(port)
}

func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	return err == nil && host != "" && isPort(port) && port != "0"
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

// isSigningSecret goes by Standard Webhooks 1.0.0.
func isSigningSecret(text string) bool {
	const shortest, longest = 24, 64
	encoded, ok := strings.CutPrefix(text, "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	return ok && err == nil && len(key) >= shortest && len(key) <= longest
}

func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

func isStore(text string) bool {
	if path, ok := strings.CutPrefix(text, "sqlite:"); ok {
		return path != ""
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && (u.Host != "" || u.Query().Has("host"))
}

func isRedis(text string) bool {
	if text == "embedded" {
		return true
	}
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	switch scheme, kind, _ := strings.Cut(u.Scheme, "+"); scheme {
	case "redis", "rediss":
		return u.Host != "" && (kind == "" || kind == "sentinel" || kind == "cluster")
	case "unix":
		return u.Path != ""
	}
	return false
}

var digitCount = regexp.MustCompile(`^[1-9]\d?(-[1-9]\d?)?$`)

func isInternal(text string) bool {
	if low, high, isRange := strings.Cut(text, "-"); digitCount.MatchString(text) {
		from, _ := strconv.Atoi(low)
		to, _ := strconv.Atoi(high)
		return !isRange || from <= to
	}
	_, err := regexp.Compile(text)
	return err == nil && text != ""
}

var pbxID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)

var contextName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,78}$`)

func isContext(text string) bool { return contextName.MatchString(text) }

func isPBXID(text string) bool { return pbxID.MatchString(text) }

// isEndpoints takes what connector/asterisk matches by: path.Match fails only for bad patterns.
func isEndpoints(text string) bool {
	_, err := path.Match(text, "")
	return err == nil && text != ""
}

// variableName is what a dialplan can set; channel variables are case-sensitive.
var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,79}$`)

func isVariable(text string) bool { return variableName.MatchString(text) }

func isRegexp(text string) bool {
	_, err := regexp.Compile(text)
	return err == nil
}
