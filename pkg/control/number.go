package control

import (
	"strings"

	"callcard/pkg/cti"
)

// Format is how outside numbers are dialled on a PBX.
type Format string

const (
	FormatDigits   Format = "digits"   // 79161234567, the default
	FormatPlus     Format = "plus"     // +79161234567
	FormatNational Format = "national" // 89161234567, as on the office's phones
)

// maxDialled is longer than any number: E.164 has 15 digits, prefixes come before them.
const maxDialled = 32

// dialable is the extension to call for what somebody typed. Only digits, a plus in
// front, * and # pass: nothing else can be part of a number, while a dialplan gives a
// meaning to many other signs.
func dialable(numbers Numbers, format Format, field, typed string) (string, error) {
	bad := &cti.InvalidError{Field: field, Got: typed, Want: "a phone number or an extension, such as +7 916 123-45-67 or 1002"}
	if len(typed) > 2*maxDialled || strings.ContainsAny(typed, "\r\n\x00") {
		return "", bad
	}
	phone := numbers.Parse(typed)
	exten := phone.Number
	switch {
	case phone.Kind == cti.NumberAnonymous:
		return "", bad
	case phone.Kind == cti.NumberE164 && format == FormatNational:
		exten = numbers.National(phone.Number)
	case phone.Kind == cti.NumberE164 && format != FormatPlus:
		exten = strings.TrimPrefix(phone.Number, "+")
	case exten == "":
		exten = strings.Trim(typed, " ") // a service code, or a number that no plan knows
	}
	if rest := strings.TrimPrefix(exten, "+"); rest == "" || len(rest) > maxDialled || strings.Trim(rest, "0123456789*#") != "" {
		return "", bad
	}
	return exten, nil
}
