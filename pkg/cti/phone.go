package cti

// NumberKind says what a calling or called number is.
type NumberKind string

const (
	NumberE164      NumberKind = "e164"      // a full international number
	NumberInternal  NumberKind = "internal"  // an extension of the office
	NumberShort     NumberKind = "short"     // a service number such as 112
	NumberAnonymous NumberKind = "anonymous" // withheld, or the PBX has none
	NumberInvalid   NumberKind = "invalid"   // digits that no plan explains; kept raw
)

// Phone is a number in both its forms.
type Phone struct {
	Number string     `json:"number"` // E.164 with "+", or the extension, or ""
	Raw    string     `json:"raw"`    // exactly as the PBX gave it
	Ext    string     `json:"ext,omitempty"`
	Kind   NumberKind `json:"kind"`
}

// Masked is the form for logs: all but the last four digits are stars.
func (p Phone) Masked() string { return MaskNumber(p.Number) }

// MaskNumber hides all but the last four characters. Numbers of up to five
// characters are extensions or service numbers and stay readable.
func MaskNumber(number string) string {
	const open = 4
	masked := []rune(number) // what is no number may be a name in any letters
	if len(masked) <= open+1 {
		return number
	}
	for i := 0; i < len(masked)-open; i++ {
		if masked[i] != '+' {
			masked[i] = '*'
		}
	}
	return string(masked)
}
