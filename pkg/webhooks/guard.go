package webhooks

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"callcard/pkg/cti"
)

// Guard decides which addresses messages may go to. It looks at the address that is
// dialled, at each try: a name may lead elsewhere tomorrow (DNS rebinding).
//
// Allowed are public addresses over https. Loopback, private and other special networks,
// and plain http, only where the configuration allows them; the addresses at which clouds
// hand out credentials never.
type Guard struct{ allowed []allowance }

type allowance struct {
	net  netip.Prefix
	port uint16 // 0: any
}

// NewGuard reads networks such as "10.0.0.0/8", "127.0.0.1/32:8069" or "[fd00::/8]:443".
func NewGuard(networks []string) (*Guard, error) {
	g := &Guard{}
	for _, text := range networks {
		a, err := parseAllowance(text)
		if err != nil {
			return nil, err
		}
		g.allowed = append(g.allowed, a)
	}
	return g, nil
}

func parseAllowance(text string) (allowance, error) {
	invalid := &cti.InvalidError{Field: "webhooks.allow", Got: text, Want: "a network such as 10.0.0.0/8, 127.0.0.1/32:8069 or [fd00::/8]:443"}
	network, port := text, ""
	if rest, ok := strings.CutPrefix(text, "["); ok {
		network, port, ok = strings.Cut(rest, "]")
		if !ok {
			return allowance{}, invalid
		}
		port = strings.TrimPrefix(port, ":")
	} else if strings.Count(text, ":") == 1 {
		network, port, _ = strings.Cut(text, ":")
	}
	prefix, err := netip.ParsePrefix(network)
	if err != nil {
		return allowance{}, invalid
	}
	a := allowance{net: prefix.Masked()}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return allowance{}, invalid
		}
		a.port = uint16(n)
	}
	return a, nil
}

// Check refuses an address that messages may not go to.
func (g *Guard) Check(to netip.AddrPort, secure bool) error {
	addr := plain(to.Addr())
	if handsOutCredentials(addr) {
		return fmt.Errorf("address %s hands out a cloud's credentials: never allowed", addr)
	}
	for _, a := range g.allowed {
		if a.net.Contains(addr) && (a.port == 0 || a.port == to.Port()) {
			return nil
		}
	}
	switch {
	case special(addr):
		return fmt.Errorf("address %s is not public: webhooks.allow does not name it", addr)
	case !secure:
		return fmt.Errorf("plain http to %s: only https, or what webhooks.allow names", addr)
	case to.Port() < 1024 && to.Port() != 443:
		return fmt.Errorf("port %d: want 443 or one from 1024, or what webhooks.allow names", to.Port())
	}
	return nil
}

// control is for net.Dialer: it sees the very address of each connection.
func (g *Guard) control(secure bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("address %q: %w", address, err)
		}
		return g.Check(to, secure)
	}
}

// plain takes an IPv4 address out of the IPv6 forms that lead to it: v4-mapped, and
// NAT64's well-known prefix (RFC 6052).
func plain(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if netip.MustParsePrefix("64:ff9b::/96").Contains(addr) {
		raw := addr.As16()
		return netip.AddrFrom4([4]byte(raw[12:]))
	}
	return addr
}

func handsOutCredentials(addr netip.Addr) bool {
	switch addr.String() {
	case "169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
		"100.100.100.200", "192.0.0.192", "168.63.129.16": // the last one is Azure's, and looks public
		return true
	}
	return false
}

// special tells networks that are not the public internet (IANA special-purpose registries).
func special(addr netip.Addr) bool {
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return true // loopback, link-local, multicast, unspecified, RFC 1918, fc00::/7
	}
	for _, network := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		if netip.MustParsePrefix(network).Contains(addr) {
			return true
		}
	}
	return false
}
