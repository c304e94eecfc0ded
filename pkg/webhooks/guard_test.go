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
