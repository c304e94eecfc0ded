package phone

import (
	"fmt"
	"regexp"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/nyaruka/phonenumbers"

	"callcard/pkg/cti"
)

const (
	defaultRegion   = "RU"
	defaultInternal = "2-5"
	// cached is how many results are kept, about 3 MB.
	cached = 16_384
	// longest bounds what is looked at; the longest SIP URI worth reading is far shorter.
	longest = 250
)

// Plan is the numbering plan of one office.
type Plan struct {
	region    string
	internal  *regexp.Regexp
	extension *regexp.Regexp
	cache     *lru.Cache[string, cti.Phone]
}

// New makes a plan: a country as two letters, RU when empty, and the form of the
// office's own numbers as a count of digits ("2-5", the default) or a regular
// expression.
func New(region, internal string) (*Plan, error) {
	if region == "" {
		region = defaultRegion
	}
	region = strings.ToUpper(region)
	if phonenumbers.GetCountryCodeForRegion(region) == 0 {
		return nil, &cti.InvalidError{Field: "phone.region", Got: region, Want: "a country as two letters, such as RU"}
	}
	pattern, err := InternalPattern(internal)
	if err != nil {
		return nil, err
	}
	cache, err := lru.New[string, cti.Phone](cached)
	if err != nil {
		return nil, fmt.Errorf("make number cache: %w", err)
	}
	return &Plan{
		region:    region,
		internal:  regexp.MustCompile(`^(?:` + pattern + `)$`),
		extension: regexp.MustCompile(extension),
		cache:     cache,
	}, nil
}

// InternalPattern is the regular expression of the office's own numbers: "2-5" is
// [0-9]{2,5}, empty means 2-5, anything else is a regular expression already.
func InternalPattern(internal string) (string, error) {
	if internal == "" {
		internal = defaultInternal
	}
	var from, to int
	if n, _ := fmt.Sscanf(internal, "%d-%d", &from, &to); n == 2 && fmt.Sprintf("%d-%d", from, to) == internal {
		if from < 1 || to < from || to > 10 {
			return "", &cti.InvalidError{Field: "phone.internal", Got: internal, Want: "a count of digits such as 2-5"}
		}
		return fmt.Sprintf("[0-9]{%d,%d}", from, to), nil
	}
	if _, err := regexp.Compile(internal); err != nil {
		return "", &cti.InvalidError{Field: "phone.internal", Got: internal, Want: "a count of digits such as 2-5, or a regular expression"}
	}
	return internal, nil
}

// Parse reads a number as a PBX shows it. It never fails: what no plan explains is
// invalid and keeps its raw form.
func (p *Plan) Parse(raw string) cti.Phone {
	if phone, ok := p.cache.Get(raw); ok {
		return phone
	}
	phone := p.parse(raw)
	phone.Raw = raw
	p.cache.Add(strings.Clone(raw), phone)
	return phone
}

func (p *Plan) parse(raw string) cti.Phone {
	if len(raw) > longest {
		return cti.Phone{Kind: cti.NumberInvalid}
	}
	text := unwrap(raw)
	if withheld(text) {
		return cti.Phone{Kind: cti.NumberAnonymous}
	}
	text, ext := p.cutExtension(text)
	number, plus, ok := digits(text)
	if !ok {
		return cti.Phone{Kind: cti.NumberInvalid}
	}
	phone := p.classify(number, plus)
	if phone.Kind == cti.NumberE164 {
		phone.Ext = ext
	}
	return phone
}

// classify tells apart what consists of digits only.
func (p *Plan) classify(number string, plus bool) cti.Phone {
	if plus {
		return full("+"+number, "", possible)
	}
	if emergency(number) {
		return cti.Phone{Number: number, Kind: cti.NumberShort}
	}
	if p.internal.MatchString(number) {
		return cti.Phone{Number: number, Kind: cti.NumberInternal}
	}
	for _, way := range p.ways(number) {
		if phone := full(way.number, way.region, valid); phone.Kind == cti.NumberE164 {
			return phone
		}
	}
	return p.short(number)
}

// emergency numbers are never extensions. 112 and 911 work on every mobile phone
// (3GPP TS 22.101, 10.1.1); national ones such as 101 are common as extensions.
func emergency(number string) bool { return number == "112" || number == "911" }

// way is one reading of a number without a plus.
type way struct{ number, region string }

// ways lists the readings in order: national first, then the prefixes by which
// people in offices reach other countries, then a foreign number whose plus the
// trunk has dropped.
func (p *Plan) ways(number string) []way {
	ways := []way{{number, p.region}}
	for _, prefix := range []string{"00", "810"} {
		if rest, ok := strings.CutPrefix(number, prefix); ok {
			ways = append(ways, way{"+" + rest, ""})
		}
	}
	return append(ways, way{"+" + number, ""})
}

func (p *Plan) short(number string) cti.Phone {
	parsed, err := phonenumbers.Parse(number, p.region)
	if err == nil && phonenumbers.IsValidShortNumberForRegion(parsed, p.region) {
		return cti.Phone{Number: number, Kind: cti.NumberShort}
	}
	return cti.Phone{Kind: cti.NumberInvalid}
}

func valid(n *phonenumbers.PhoneNumber) bool { return phonenumbers.IsValidNumber(n) }

// possible is enough when the plus says how to read the digits: numbering plans
// grow faster than their copies.
func possible(n *phonenumbers.PhoneNumber) bool { return phonenumbers.IsPossibleNumber(n) }

// full reads an international or national number that fulfils the test.
func full(number, region string, test func(*phonenumbers.PhoneNumber) bool) cti.Phone {
	parsed, err := phonenumbers.Parse(number, region)
	if err != nil || !test(parsed) {
		return cti.Phone{Kind: cti.NumberInvalid}
	}
	return cti.Phone{Number: phonenumbers.Format(parsed, phonenumbers.E164), Kind: cti.NumberE164}
}
