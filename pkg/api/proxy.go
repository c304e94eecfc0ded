package api

import (
	"net/http"
	"net/netip"
	"strings"
)

// Behind lets next see the client's own address where proxies that are trusted stand
// between: they are the ones who may say by X-Forwarded-For whom they serve. From anybody
// else the header is a claim and changes nothing. Each proxy adds its peer at the end, so
// the list is read backwards up to the first who is not trusted.
func Behind(trusted []netip.Prefix, next http.Handler) http.Handler {
	if len(trusted) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client, ok := clientOf(r, trusted); ok {
			r = r.Clone(r.Context())
			r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
		}
		next.ServeHTTP(w, r)
	})
}

// clientOf is the first peer, seen from here, that is no trusted proxy.
func clientOf(r *http.Request, trusted []netip.Prefix) (client netip.Addr, ok bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !among(peer.Addr(), trusted) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		addr, err := hop(hops[i])
		if err != nil {
			break // what stands before it was said by whoever wrote that
		}
		client, ok = addr, true
		if !among(addr, trusted) {
			break
		}
	}
	return client, ok
}

// hop reads an address, also with a port as some proxies write it.
func hop(text string) (netip.Addr, error) {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap(), nil
	}
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap().WithZone(""), err
}

func among(addr netip.Addr, networks []netip.Prefix) bool {
	addr = addr.Unmap().WithZone("")
	for _, network := range networks {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}
