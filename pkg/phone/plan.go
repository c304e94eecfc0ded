// Package phone makes one form of the many in which a PBX shows a number.
package phone

import (
	"strings"

	"callcard/pkg/cti"
)

type Plan struct{}

func New(region, internal string) (*Plan, error) { return &Plan{}, nil }

func (p *Plan) Parse(raw string) cti.Phone {
	digits := strings.TrimPrefix(raw, "+")
	switch {
	case digits == "" || strings.Trim(digits, "0123456789") != "":
		return cti.Phone{Raw: raw, Kind: cti.NumberAnonymous}
	case len(digits) <= 5:
		return cti.Phone{Number: digits, Raw: raw, Kind: cti.NumberInternal}
	}
	return cti.Phone{Number: "+" + digits, Raw: raw, Kind: cti.NumberE164}
}
