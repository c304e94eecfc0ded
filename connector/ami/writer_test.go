package ami

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestActionEncode(t *testing.T) {
	t.Parallel()
	a := NewAction("QueuePause", "Queue", "support", "Reason", "", "Paused", "true")
	got, err := a.Encode("id-1")
	if err != nil {
		t.Fatal(err)
	}
	want := "Action: QueuePause\r\nActionID: id-1\r\nQueue: support\r\nPaused: true\r\n\r\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestActionRefusesInjection(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		action Action
		id     string
		field  string
	}{
		{"line break in value", NewAction("Originate", "Exten", "101\r\nAction: Command"), "1", "Exten"},
		{"lone LF", NewAction("Originate", "Exten", "101\n"), "1", "Exten"},
		{"NUL", NewAction("Originate", "Exten", "101\x00"), "1", "Exten"},
		{"line break in name", NewAction("Originate", "Ex\r\nten", "101"), "1", "Ex\r\nten"},
		{"colon in name", NewAction("Originate", "Ex:ten", "101"), "1", "Ex:ten"},
		{"empty name", NewAction("Originate", "", "101"), "1", ""},
		{"action's name", NewAction("Ping\r\nX: y"), "1", "Action"},
		{"second action", NewAction("Ping", "action", "Command"), "1", "action"},
		{"second id", NewAction("Ping", "ActionID", "2"), "1", "ActionID"},
		{"no id", NewAction("Ping"), "", "ActionID"},
	}
	for _, tt := range tests {
		data, err := tt.action.Encode(tt.id)
		var bad *FieldError
		if !errors.As(err, &bad) || bad.Field != tt.field || data != nil {
			t.Errorf("%s: got %q, %v", tt.name, data, err)
		}
	}
}

func FuzzActionEncode(f *testing.F) {
	f.Add("Ping", "A", "b")
	f.Add("Ping", "A", "b\r\n\r\nAction: Command")
	f.Fuzz(func(t *testing.T, action, name, value string) {
		data, err := Action{Name: action, Headers: []Header{{Name: name, Value: value}}}.Encode("1")
		if err != nil {
			return
		}
		got, _ := readAll(NewReader(bytes.NewReader(data), Limits{}))
		want := [][]Header{{{Name: "Action", Value: action}, {Name: "ActionID", Value: "1"}, {Name: name, Value: value}}}
		if diff := cmp.Diff(want, got); diff != "" && !strings.HasPrefix(action, "#") {
			t.Fatalf("what was sent is not what is read: %s", diff)
		}
	})
}

func TestSecretDoesNotPrint(t *testing.T) {
	t.Parallel()
	o := Options{Username: "u", Secret: "hidden"}
	for _, text := range []string{
		fmt.Sprintf("%v", o), fmt.Sprintf("%+v", o), fmt.Sprintf("%#v", o), o.Secret.String(),
	} {
		if strings.Contains(text, "hidden") {
			t.Errorf("secret shown: %s", text)
		}
	}
}
