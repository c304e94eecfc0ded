package push

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// logins knows sessions by the browser's query; ended ones are named.
type logins struct {
	mu    sync.Mutex
	ended map[string]bool
	fault error
	asked int
}

func (l *logins) SessionOf(r *http.Request) string { return r.URL.Query().Get("login") }

func (l *logins) Alive(_ context.Context, sessions []string) (map[string]bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	alive := map[string]bool{}
	for _, s := range sessions {
		alive[s] = !l.ended[s]
	}
	return alive, l.fault
}

func (l *logins) set(fault error, ended ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended, l.fault = map[string]bool{}, fault
	for _, s := range ended {
		l.ended[s] = true
	}
}

func withLogins(t *testing.T, test func(o *office, l *logins)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &logins{}
		o := newOffice(t, func(opts *Options) { opts.Sessions = l })
		test(o, l)
		o.stop()
	})
}

// gone reads in the background until the connection is closed, and tells the code.
func (b *browser) gone() <-chan int {
	code := make(chan int, 1)
	go func() { code <- b.closeCode() }()
	return code
}

func stays(t *testing.T, what string, gone <-chan int) {
	t.Helper()
	select {
	case code := <-gone:
		t.Errorf("%s is closed with %d", what, code)
	default:
	}
}

// TestALogoutClosesItsOwnSession: anna is logged in at two computers.
func TestALogoutClosesItsOwnSession(t *testing.T) {
	withLogins(t, func(o *office, _ *logins) {
		desk, tab, laptop := o.open("anna", "login=desk"), o.open("anna", "login=desk"), o.open("anna", "login=laptop")
		one, two, other := desk.gone(), tab.gone(), laptop.gone()
		synctest.Wait()
		o.hub.DisconnectSession("desk", CloseLoggedOut)
		if a, b := <-one, <-two; a != CloseLoggedOut || b != CloseLoggedOut {
			o.t.Errorf("closed with %d and %d, want %d", a, b, CloseLoggedOut)
		}
		synctest.Wait()
		stays(o.t, "the laptop", other)
		o.hub.DisconnectSession("", CloseLoggedOut)
		synctest.Wait()
		stays(o.t, "the laptop", other)
	})
}

// TestAConnectionEndsWithItsSession: it expired, or somebody logged out at another node. A
// store that does not answer puts nobody out.
func TestAConnectionEndsWithItsSession(t *testing.T) {
	withLogins(t, func(o *office, l *logins) {
		anna, boris := o.open("anna", "login=a").gone(), o.open("boris", "login=b").gone()
		l.set(errors.New("the store is away"), "a", "b")
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		stays(o.t, "anna", anna)
		l.set(nil, "a")
		time.Sleep(time.Minute + time.Second)
		if code := <-anna; code != CloseNoLogin {
			o.t.Errorf("closed with %d, want %d: do not come back", code, CloseNoLogin)
		}
		synctest.Wait()
		stays(o.t, "boris", boris)
		if l.asked < 4 || l.asked > 5 {
			o.t.Errorf("asked %d times in four minutes", l.asked)
		}
	})
}
