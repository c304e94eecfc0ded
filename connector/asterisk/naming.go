package asterisk

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"callcard/pkg/cti"
)

// NamingOptions say how one PBX names its endpoints. The zero value fits a plain
// PJSIP system and FreePBX.
type NamingOptions struct {
	// Trunks are the lines to the outside, as device ("PJSIP/provider") or
	// endpoint ("provider"), with "*" for any run of characters. When any is
	// given the list is whole: every endpoint that matches none is a phone.
	Trunks []string
	// Phones are endpoints that are phones although their names do not look like
	// it, written like Trunks. Trunks win.
	Phones []string
	// Internal is a regular expression for the numbers of the office, 2–5 digits
	// by default. Without Trunks, endpoints named so are phones, others trunks.
	Internal string
	// PhoneTech is the technology of the phones behind Local members when nothing
	// else tells it: "PJSIP" by default.
	PhoneTech string
}

const (
	defaultInternal  = `[0-9]{2,5}`
	defaultPhoneTech = "PJSIP"
	// nameCache bounds the memory for endpoint names; a PBX has far fewer.
	nameCache = 20000
)

// Naming turns the names of channels and queue members into devices and roles.
// It belongs to one goroutine.
type Naming struct {
	trunks, phones []string
	internal       *regexp.Regexp
	phoneTech      string
	roles          map[string]cti.Role // by device
}

// NewNaming compiles the options and reports every fault in them.
func NewNaming(o NamingOptions) (*Naming, error) {
	if o.Internal == "" {
		o.Internal = defaultInternal
	}
	if o.PhoneTech == "" {
		o.PhoneTech = defaultPhoneTech
	}
	internal, err := regexp.Compile(`^(?:` + o.Internal + `)$`)
	if err != nil {
		return nil, &cti.InvalidError{Field: "internal", Got: o.Internal, Want: "a regular expression"}
	}
	if err := errors.Join(checkPatterns("trunks", o.Trunks), checkPatterns("phones", o.Phones)); err != nil {
		return nil, err
	}
	return &Naming{
		trunks: o.Trunks, phones: o.Phones, internal: internal,
		phoneTech: o.PhoneTech, roles: make(map[string]cti.Role),
	}, nil
}

func checkPatterns(field string, patterns []string) error {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return &cti.InvalidError{Field: field, Got: pattern, Want: "an endpoint name, * for any characters"}
		}
	}
	return nil
}

// Channel splits a channel name: "PJSIP/1001-00000003" is PJSIP/1001, a phone.
// Local channels and those that Asterisk makes for itself have no device.
func (n *Naming) Channel(name string) (cti.Device, cti.Role) {
	name = plainName(name)
	tech, rest, ok := strings.Cut(name, "/")
	switch {
	case !ok:
		return "", cti.RoleOther
	case tech == "Local":
		return "", cti.RoleLocal
	case !isTelephony(tech):
		return "", cti.RoleOther
	}
	device := name[:len(tech)+1+len(endpointOf(rest))]
	return cti.Device(device), n.role(device)
}

// plainName takes off what Asterisk adds to a channel on its way out: the
// prefixes of masquerades and the mark of a channel that is only left to be freed.
func plainName(name string) string {
	name = strings.TrimSuffix(name, "<ZOMBIE>")
	name = strings.TrimSuffix(name, "<MASQ>")
	for _, prefix := range [...]string{"AsyncGoto/", "Parked/"} {
		name = strings.TrimPrefix(name, prefix)
	}
	return name
}

// isTelephony knows the channel technologies that people are behind. The others
// (Announcer, Recorder, CBAnn, CBRec, Snoop, Surrogate, Message, UnicastRTP, …)
// are Asterisk's own.
func isTelephony(tech string) bool {
	switch tech {
	case "PJSIP", "SIP", "IAX2", "DAHDI", "SCCP", "Skinny", "MGCP", "H323", "OOH323",
		"USTM", "Unistim", "Motif", "Dongle", "Quectel", "Console", "VPB", "mISDN":
		return true
	}
	return false
}

// endpointOf cuts the running number: "trunk-msk-0000000a" is "trunk-msk". DAHDI
// channels of a span carry the dialled number ("i1/79161234567-4"): the span is
// the endpoint.
func endpointOf(rest string) string {
	if i := strings.LastIndexByte(rest, '-'); i > 0 {
		rest = rest[:i]
	}
	if i := strings.IndexByte(rest, '/'); i > 0 {
		rest = rest[:i]
	}
	return rest
}

func (n *Naming) role(device string) cti.Role {
	if role, ok := n.roles[device]; ok {
		return role
	}
	if len(n.roles) >= nameCache {
		clear(n.roles)
	}
	role := n.decide(device)
	n.roles[strings.Clone(device)] = role
	return role
}

func (n *Naming) decide(device string) cti.Role {
	_, endpoint, _ := strings.Cut(device, "/")
	switch {
	case matches(n.trunks, device, endpoint):
		return cti.RoleTrunk
	case matches(n.phones, device, endpoint), len(n.trunks) > 0, n.internal.MatchString(endpoint):
		return cti.RolePhone
	}
	return cti.RoleTrunk
}

func matches(patterns []string, device, endpoint string) bool {
	for _, p := range patterns {
		name := endpoint
		if strings.Contains(p, "/") {
			name = device
		}
		if ok, _ := path.Match(p, name); ok {
			return true
		}
	}
	return false
}

// localPeer is the name of the other half of a Local channel.
func localPeer(name string) string {
	switch {
	case !strings.HasPrefix(name, "Local/"):
		return ""
	case strings.HasSuffix(name, ";1"):
		return name[:len(name)-1] + "2"
	case strings.HasSuffix(name, ";2"):
		return name[:len(name)-1] + "1"
	}
	return ""
}

// Member finds the phone behind a queue member. FreePBX members are
// "Local/1001@from-queue/n" with the state interface "hint:1001@ext-local" or
// "PJSIP/1001". A member outside of the office, "Local/79161234567@outbound/n", has no
// phone here: its interface is its name.
func (n *Naming) Member(iface, stateInterface string) cti.Device {
	for _, name := range [...]string{iface, stateInterface} {
		if tech, _, ok := strings.Cut(name, "/"); ok && isTelephony(tech) {
			return cti.Device(name)
		}
	}
	for _, name := range [...]string{iface, stateInterface} {
		if number := numberOf(name); n.internal.MatchString(number) {
			return cti.Device(fmt.Sprintf("%s/%s", n.phoneTech, number))
		}
	}
	return cti.Device(iface)
}

// numberOf is the dialled part of "Local/1001@from-queue/n" or "hint:1001@ext-local".
func numberOf(name string) string {
	for _, prefix := range [...]string{"Local/", "hint:"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			number, _, _ := strings.Cut(rest, "@")
			return strings.TrimSuffix(number, "/n")
		}
	}
	return ""
}
