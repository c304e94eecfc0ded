package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// National is an E.164 number as a phone of this office dials it: inside the country
// with its trunk prefix ("89161234567"), abroad with the prefix for that ("8104912345678").
// What is no such number comes back as it is.
func (p *Plan) National(number string) string {
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil {
		return number
	}
	if strings.HasPrefix(number, "+7") && (p.region == "RU" || p.region == "KZ") && parsed.GetCountryCode() == 7 {
		return "8" + strings.TrimPrefix(number, "+7") // the two share one plan
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phonenumbers.FormatOutOfCountryCallingNumber(parsed, p.region))
}
