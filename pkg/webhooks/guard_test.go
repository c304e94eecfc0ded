package webhooks

import (
	"net/netip"
	"testing"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	open, err := NewGuard(nil)
	if err != nil {
		t.Fatal(err)
	}
	office, err := NewGuard([]string{"10.0.0.0/8", "127.0.0.1/32:8069", "[fd00::/8]:443", "169.254.0.0/16", "192.168.1.7/32"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		to                     string
		http                   bool
		byDefault, inTheOffice bool
	}{
		{"93.184.215.14:443", false, true, true},
		{"93.184.215.14:8443", false, true, true},
		{"93.184.215.14:22", false, false, false},
		{"93.184.215.14:80", true, false, false}, // plain http to the world
		{"[2606:2800:21f::1]:443", false, true, true},
		{"127.0.0.1:443", false, false, false},
		{"127.0.0.1:8069", true, false, true},
		{"[::1]:443", false, false, false},
		{"[::ffff:127.0.0.1]:8069", true, false, true},
		{"[::ffff:10.1.2.3]:443", false, false, true},
		{"10.1.2.3:80", true, false, true},
		{"192.168.1.8:443", false, false, false},
		{"192.168.1.7:80", true, false, true},
		{"172.16.0.1:443", false, false, false},
		{"100.64.0.1:443", false, false, false},
		{"0.0.0.0:443", false, false, false},
		{"[::]:443", false, false, false},
		{"224.0.0.1:443", false, false, false},
		{"[fd00::7]:443", false, false, true},
		{"[fd00::7]:80", true, false, false},
		{"[fe80::1]:443", false, false, false},
		{"169.254.1.1:443", false, false, true},
		{"169.254.169.254:80", true, false, false}, // never, whatever is allowed
		{"[fd00:ec2::254]:443", false, false, false},
		{"[64:ff9b::7f00:1]:443", false, false, false}, // NAT64 of 127.0.0.1
		{"[64:ff9b::5db8:d70e]:443", false, true, true},
		{"[64:ff9b::a9fe:a9fe]:443", false, false, false},
	} {
		to := netip.MustParseAddrPort(c.to)
		if err := open.Check(to, !c.http); (err == nil) != c.byDefault {
			t.Errorf("%s by default: %v", c.to, err)
		}
		if err := office.Check(to, !c.http); (err == nil) != c.inTheOffice {
			t.Errorf("%s in the office: %v", c.to, err)
		}
	}
}

func TestGuardRefusesOddNetworks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "10.0.0.0", "10.0.0.0/8:0", "10.0.0.0/8:http", "[fd00::/8", "localhost/8", "10.0.0.0/33"} {
		if _, err := NewGuard([]string{text}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestGuardKnowsSpecialNetworks: the first and the last address of every network that is not the
// public internet (IANA's special-purpose registries), and their neighbours outside where those are public.
func TestGuardKnowsSpecialNetworks(t *testing.T) {
	t.Parallel()
	open, err := NewGuard(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range []struct{ first, last, before, after string }{
		{"0.0.0.0", "0.255.255.255", "", "1.0.0.0"},
		{"10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"},
		{"100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"},
		{"127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"},
		{"169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"},
		{"172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"},
		{"192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"},
		{"192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"},
		{"192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"},
		{"192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"},
		{"198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"},
		{"198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"},
		{"203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"},
		{"224.0.0.0", "255.255.255.255", "223.255.255.255", ""},
		{"::", "::ffff:ffff", "", ""}, // unspecified, loopback, IPv4-compatible
		{"::ffff:10.0.0.0", "::ffff:10.255.255.255", "::ffff:9.255.255.255", "::ffff:11.0.0.0"},
		{"::ffff:127.0.0.1", "::ffff:169.254.1.1", "", ""},
		{"64:ff9b::10.0.0.1", "64:ff9b::192.168.255.255", "", "64:ff9b::192.169.0.0"}, // NAT64, RFC 6052
		{"64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "", ""},                 // NAT64 of one's own, RFC 8215
		{"100::", "100::ffff:ffff:ffff:ffff", "", ""},                                 // discard only
		{"2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "", "2001:200::"},        // Teredo and protocols
		{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
		{"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "2003::"}, // 6to4 holds any IPv4
		{"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},        // documentation, RFC 9637
		{"5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},       // segment routing
		{"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
		{"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
		{"fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
		{"ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
	} {
		for _, inside := range []string{network.first, network.last} {
			if open.Check(netip.AddrPortFrom(netip.MustParseAddr(inside), 443), true) == nil {
				t.Errorf("%s may be dialled", inside)
			}
		}
		for _, outside := range []string{network.before, network.after} {
			if outside == "" {
				continue
			}
			if err := open.Check(netip.AddrPortFrom(netip.MustParseAddr(outside), 443), true); err != nil {
				t.Errorf("%s may not: %v", outside, err)
			}
		}
	}
}

// TestGuardNeverReachesCredentials: whatever is allowed, in whichever form the address comes.
func TestGuardNeverReachesCredentials(t *testing.T) {
	t.Parallel()
	all, err := NewGuard([]string{"0.0.0.0/0", "::/0"})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		"169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23",
		"100.100.100.200", "192.0.0.192", "168.63.129.16", "fd20:ce::254",
	} {
		if all.Check(netip.AddrPortFrom(netip.MustParseAddr(address), 80), false) == nil {
			t.Errorf("%s may be dialled", address)
		}
	}
	for _, address := range []string{"10.0.0.1", "::1", "fe80::1"} {
		if err := all.Check(netip.AddrPortFrom(netip.MustParseAddr(address), 80), false); err != nil {
			t.Errorf("%s is allowed: %v", address, err)
		}
	}
}
