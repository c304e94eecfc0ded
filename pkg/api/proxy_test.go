package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"callcard/pkg/api"
)

func TestTheClientBehindProxies(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("fd00::/8")}
	for _, test := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "192.0.2.7:5000", nil, "192.0.2.7:5000"},
		{"a stranger claims", "192.0.2.7:5000", []string{"198.51.100.1"}, "192.0.2.7:5000"},
		{"one proxy", "10.0.0.1:5000", []string{"192.0.2.7"}, "192.0.2.7:0"},
		{"one proxy that says nothing", "10.0.0.1:5000", nil, "10.0.0.1:5000"},
		{"two proxies", "127.0.0.1:5000", []string{"192.0.2.7, 10.0.0.2"}, "192.0.2.7:0"},
		{"two headers", "127.0.0.1:5000", []string{"192.0.2.7", "10.0.0.2"}, "192.0.2.7:0"},
		{"the client lies before his proxy speaks", "10.0.0.1:5000", []string{"198.51.100.1, 192.0.2.7"}, "192.0.2.7:0"},
		{"a stranger's proxy", "10.0.0.1:5000", []string{"10.9.9.9, 192.0.2.7"}, "192.0.2.7:0"},
		{"somebody in the office", "10.0.0.1:5000", []string{"10.1.2.3"}, "10.1.2.3:0"},
		{"with a port", "10.0.0.1:5000", []string{"192.0.2.7:4711"}, "192.0.2.7:0"},
		{"IPv6", "[fd00::1]:5000", []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		{"IPv6 with a port", "[fd00::1]:5000", []string{"[2001:db8::7]:99"}, "[2001:db8::7]:0"},
		{"a mapped peer", "[::ffff:10.0.0.1]:5000", []string{"192.0.2.7"}, "192.0.2.7:0"},
		{"a mapped client", "10.0.0.1:5000", []string{"::ffff:192.0.2.7"}, "192.0.2.7:0"},
		{"nonsense", "10.0.0.1:5000", []string{"unknown"}, "10.0.0.1:5000"},
		{"nonsense before a proxy", "10.0.0.1:5000", []string{"198.51.100.1, unknown, 10.0.0.2"}, "10.0.0.2:0"},
	} {
		var have string
		handler := api.Behind(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { have = r.RemoteAddr }))
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = test.peer
		for _, line := range test.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if have != test.want {
			t.Errorf("%s: got %s, want %s", test.name, have, test.want)
		}
	}
}

// TestLoginsAreCountedByClient, not by the proxy that all come through.
func TestLoginsAreCountedByClient(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	handler := api.Behind([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, o)
	r := httptest.NewRequest("POST", "/api/v1/login", strings.NewReader(`{"username":"anna","password":"x"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", "192.0.2.7")
	r.RemoteAddr = "10.0.0.1:5000"
	handler.ServeHTTP(httptest.NewRecorder(), r)
	if o.try.Address != "192.0.2.7" {
		t.Errorf("counted for %s", o.try.Address)
	}
	if !strings.Contains(o.log.String(), "from=192.0.2.7") {
		t.Errorf("the log names another: %s", o.log.String())
	}
}
