package phone

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func plan(t testing.TB, region, internal string) *Plan {
	t.Helper()
	p, err := New(region, internal)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParse(t *testing.T) {
	t.Parallel()
	const (
		e164      = cti.NumberE164
		internal  = cti.NumberInternal
		anonymous = cti.NumberAnonymous
		invalid   = cti.NumberInvalid
		short     = cti.NumberShort
	)
	tests := []struct {
		raw, number, ext string
		kind             cti.NumberKind
	}{
		{"89161234567", "+79161234567", "", e164},
		{"+79161234567", "+79161234567", "", e164},
		{"79161234567", "+79161234567", "", e164},
		{"9161234567", "+79161234567", "", e164},
		{"0079161234567", "+79161234567", "", e164},
		{"81079161234567", "+79161234567", "", e164},
		{"8 (916) 123-45-67", "+79161234567", "", e164},
		{"+7 (495) 000-00-01", "+74950000001", "", e164},
		{"8 (495) 000-00-01", "+74950000001", "", e164},
		{"8 800 555-35-35", "+78005553535", "", e164},
		{"8‑800‑555‑35‑35", "+78005553535", "", e164}, // with hyphens that do not break, as on web pages
		{"8\u00a0800\u00a0555\u00a035\u00a035", "+78005553535", "", e164},
		{"7000", "7000", "", internal},
		{"+7 916 123 45 67", "+79161234567", "", e164},
		{"88001234567", "+78001234567", "", e164},
		{"84951234567", "+74951234567", "", e164},
		{"380441234567", "+380441234567", "", e164},
		{"+380441234567", "+380441234567", "", e164},
		{"00380441234567", "+380441234567", "", e164},
		{"810380441234567", "+380441234567", "", e164},
		{"4915112345678", "+4915112345678", "", e164},
		{"4930901820", "+74930901820", "", e164}, // ten digits are a national number first
		{"77272123456", "+77272123456", "", e164},
		{"+74951234567x12", "+74951234567", "12", e164},
		{"+74951234567;ext=345", "+74951234567", "345", e164},
		{"8 495 123-45-67 доб. 12", "+74951234567", "12", e164},
		{"84951234567 ext. 12", "+74951234567", "12", e164},
		{"84951234567,102", "+74951234567", "102", e164},
		{"sip:+79161234567@192.0.2.1:5060;user=phone", "+79161234567", "", e164},
		{"sips:89161234567@example.org", "+79161234567", "", e164},
		{"\"Ivan\" <sip:89161234567@example.org>;tag=1", "", "", invalid},
		{"\"Ivan\" <sip:89161234567@example.org>", "+79161234567", "", e164},
		{"<sip:%2B79161234567@example.org>", "+79161234567", "", e164},
		{"tel:+7-916-123-45-67;ext=12", "+79161234567", "12", e164},
		{"sip:1001@192.0.2.1", "1001", "", internal},
		{"sip:Иван@пример.рф", "", "", invalid},
		{"sip:89161234567@пример.рф", "+79161234567", "", e164},
		{"Иван <sip:%D0%98%D0%B2%D0%B0%D0%BD@xn--e1afmkfd.xn--p1ai>", "", "", invalid},
		{"\"Иванов, Пётр\" <sip:+79161234567@пример.рф;user=phone>", "+79161234567", "", e164},
		{"1001", "1001", "", internal},
		{"10", "10", "", internal},
		{"12345", "12345", "", internal},
		{"101", "101", "", internal},
		{"112", "112", "", short},
		{"anonymous", "", "", anonymous},
		{"Anonymous", "", "", anonymous},
		{"<unknown>", "", "", anonymous},
		{"unknown", "", "", anonymous},
		{"unavailable", "", "", anonymous},
		{"restricted", "", "", anonymous},
		{"private", "", "", anonymous},
		{"asterisk", "", "", anonymous},
		{"s", "", "", anonymous},
		{"", "", "", anonymous},
		{"  ", "", "", anonymous},
		{"sip:anonymous@anonymous.invalid", "", "", anonymous},
		{"\"Anonymous\" <sip:anonymous@anonymous.invalid>", "", "", anonymous},
		{"1", "", "", invalid},
		{"0000000000000", "", "", invalid},
		{"1234567890123456789012", "", "", invalid},
		{"hello", "", "", invalid},
		{"7916123456a", "", "", invalid},
		{"+", "", "", invalid},
		{"\x00\xff", "", "", invalid},
	}
	p := plan(t, "", "")
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			want := cti.Phone{Number: tt.number, Raw: tt.raw, Ext: tt.ext, Kind: tt.kind}
			if diff := cmp.Diff(want, p.Parse(tt.raw)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want, p.Parse(tt.raw)); diff != "" {
				t.Error("from the cache:", diff)
			}
		})
	}
}

func TestParseOtherPlans(t *testing.T) {
	t.Parallel()
	tests := []struct {
		region, internal, raw, number string
		kind                          cti.NumberKind
	}{
		{"DE", "", "030901820", "+4930901820", cti.NumberE164},
		{"DE", "", "0079161234567", "+79161234567", cti.NumberE164},
		{"US", "", "2025550123", "+12025550123", cti.NumberE164},
		{"US", "", "01179161234567", "+79161234567", cti.NumberE164},
		{"kz", "", "87272123456", "+77272123456", cti.NumberE164},
		{"RU", "3-7", "1234567", "1234567", cti.NumberInternal},
		{"RU", `(?:1|2)\d{3}`, "1001", "1001", cti.NumberInternal},
		{"RU", `(?:1|2)\d{3}`, "3001", "", cti.NumberInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.region+" "+tt.raw, func(t *testing.T) {
			t.Parallel()
			want := cti.Phone{Number: tt.number, Raw: tt.raw, Kind: tt.kind}
			if diff := cmp.Diff(want, plan(t, tt.region, tt.internal).Parse(tt.raw)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ region, internal, field string }{
		{"XX", "", "phone.region"},
		{"Russia", "", "phone.region"},
		{"RU", "5-2", "phone.internal"},
		{"RU", "(", "phone.internal"},
	} {
		_, err := New(tt.region, tt.internal)
		if invalid := new(cti.InvalidError); !errors.As(err, &invalid) || invalid.Field != tt.field {
			t.Errorf("New(%q, %q): got %v, want a complaint about %s", tt.region, tt.internal, err, tt.field)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"89161234567", "+74951234567x12", "sip:1001@h", "<unknown>", "tel:+1;ext=2", "доб. 1", "+800", "00"} {
		f.Add(seed)
	}
	p := plan(f, "RU", "")
	f.Fuzz(func(t *testing.T, raw string) {
		first := p.Parse(raw)
		if first.Raw != raw {
			t.Fatalf("raw form lost: %q became %q", raw, first.Raw)
		}
		if first.Number == "" {
			return
		}
		again := p.Parse(first.Number)
		if again.Number != first.Number || again.Kind != first.Kind {
			t.Fatalf("%q: %q (%s) parsed again is %q (%s)", raw, first.Number, first.Kind, again.Number, again.Kind)
		}
	})
}

func BenchmarkParseCached(b *testing.B) {
	p := plan(b, "RU", "")
	b.ReportAllocs()
	for b.Loop() {
		p.Parse("89161234567")
	}
}

func BenchmarkParse(b *testing.B) {
	p := plan(b, "RU", "")
	b.ReportAllocs()
	for b.Loop() {
		p.parse("89161234567")
	}
}
