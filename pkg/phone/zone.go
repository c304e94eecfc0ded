package phone

import (
	"time"

	"github.com/nyaruka/phonenumbers"
)

// Zone is where the owner of a full number lives, nil when the number does not tell:
// mobile numbers of a country with many zones belong to none.
func (p *Plan) Zone(number string) *time.Location {
	parsed, err := phonenumbers.Parse(number, p.region)
	if err != nil {
		return nil
	}
	names, err := phonenumbers.GetTimezonesForNumber(parsed)
	if err != nil || len(names) == 0 || names[0] == phonenumbers.UNKNOWN_TIMEZONE {
		return nil
	}
	first, now := (*time.Location)(nil), time.Now()
	for _, name := range names {
		zone, err := time.LoadLocation(name)
		if err != nil {
			return nil
		}
		if first == nil {
			first = zone
		}
		if _, offset := now.In(zone).Zone(); offset != offsetOf(now, first) {
			return nil // zones of the same hour are as good as one
		}
	}
	return first
}

func offsetOf(t time.Time, zone *time.Location) int {
	_, offset := t.In(zone).Zone()
	return offset
}
