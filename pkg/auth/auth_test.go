package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"callcard/pkg/auth"
	"callcard/pkg/cti"
)

// office is one user, anna with the password "correct horse", and a clock.
type office struct {
	*auth.Service
	mu       sync.Mutex
	now      time.Time
	hash     string
	removed  bool
	broken   error
	readOnly bool
	sessions map[string]time.Time
	saves    int
}

func newOffice(t *testing.T) *office {
	t.Helper()
	hash, err := auth.HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	o := &office{hash: hash, now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), sessions: map[string]time.Time{}}
	o.Service = auth.New(auth.Options{Users: o, Sessions: o, Now: func() time.Time { return o.now }})
	return o
}

func (o *office) User(_ context.Context, id cti.UserID) (cti.User, string, error) {
	if o.broken != nil {
		return cti.User{}, "", o.broken
	}
	if strings.ReplaceAll(string(id), "\x00", "") != "anna" || o.removed { // as the store does
		return cti.User{}, "", fmt.Errorf("user: %w", cti.ErrNotFound)
	}
	return cti.User{ID: "anna", Role: cti.RoleAgent}, o.hash, nil
}

func (o *office) SaveSession(_ context.Context, hash string, _ cti.UserID, expires time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.readOnly {
		return errors.New("read only")
	}
	o.sessions[hash] = expires
	o.saves++
	return nil
}

func (o *office) Session(_ context.Context, hash string) (cti.UserID, time.Time, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	expires, ok := o.sessions[hash]
	if !ok {
		return "", time.Time{}, fmt.Errorf("session: %w", cti.ErrNotFound)
	}
	return "anna", expires, nil
}

func (o *office) SessionsUntil(_ context.Context, hashes []string) (map[string]time.Time, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	until := map[string]time.Time{}
	for _, hash := range hashes {
		if expires, ok := o.sessions[hash]; ok {
			until[hash] = expires
		}
	}
	return until, o.broken
}

func (o *office) DeleteSession(_ context.Context, hash string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.sessions, hash)
	return nil
}

func (o *office) login(t *testing.T) string {
	t.Helper()
	token, user, err := o.Login(t.Context(), auth.Attempt{Username: "anna", Password: "correct horse", Address: "a"})
	if err != nil || user.ID != "anna" {
		t.Fatalf("login: %v, %v", user, err)
	}
	return token
}

func bearer(token string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "bearer "+token)
	return r
}

func TestSessionByBearerAndCookie(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.login(t)
	withCookie := httptest.NewRequest(http.MethodGet, "/", nil)
	withCookie.AddCookie(o.NewCookie(token))
	for name, r := range map[string]*http.Request{"bearer": bearer(token), "cookie": withCookie} {
		if user, err := o.Authenticate(r); err != nil || user.ID != "anna" {
			t.Errorf("%s: got %v, %v", name, user, err)
		}
	}
	for hash := range o.sessions {
		if strings.Contains(hash, token) {
			t.Error("the store holds the token itself")
		}
	}
	if err := o.Logout(bearer(token)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Authenticate(withCookie); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("after the logout: %v", err)
	}
}

func TestNobodyIsLoggedIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	basic := httptest.NewRequest(http.MethodGet, "/", nil)
	basic.SetBasicAuth("anna", "correct horse")
	for name, r := range map[string]*http.Request{
		"nothing": httptest.NewRequest(http.MethodGet, "/", nil), "wrong token": bearer("x"), "empty token": bearer(""), "basic": basic,
	} {
		if _, err := o.Authenticate(r); !errors.Is(err, auth.ErrNoSession) {
			t.Errorf("%s: got %v, want ErrNoSession", name, err)
		}
	}
}

func TestWrongLogins(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, try := range []auth.Attempt{
		{Username: "anna", Password: "wrong"},
		{Username: "anna", Password: ""},
		{Username: "nobody", Password: "correct horse"},
		{Username: "nobody", Password: ""},
		{Username: "", Password: ""},
		{Username: "anna", Password: strings.Repeat("x", 5000)},
	} {
		if _, _, err := o.Login(t.Context(), try); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("%s/%.10s: got %v, want ErrCredentials", try.Username, try.Password, err)
		}
	}
}

func TestBrokenStoreIsNoWrongPassword(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.login(t)
	o.broken = errors.New("disk is gone")
	_, _, err := o.Login(t.Context(), auth.Attempt{Username: "anna", Password: "correct horse"})
	if !errors.Is(err, o.broken) || errors.Is(err, auth.ErrCredentials) {
		t.Errorf("login: got %v", err)
	}
	if _, err := o.Authenticate(bearer(token)); !errors.Is(err, o.broken) || errors.Is(err, auth.ErrNoSession) {
		t.Errorf("authenticate: got %v", err)
	}
}

func TestSessionSlidesAndEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.login(t)
	steps := []struct {
		after time.Duration
		saves int
		err   error
	}{
		{5 * time.Hour, 1, nil},                     // the first half: nothing is written
		{2 * time.Hour, 2, nil},                     // the second half: extended
		{11 * time.Hour, 3, nil},                    // would have ended without that
		{12 * time.Hour, 3, auth.ErrNoSession},      // not used for as long as it lives
		{-12*time.Hour + time.Minute, 3, nil},       // it was the time and nothing else
		{12*time.Hour - time.Minute - 1, 4, nil},    // one nanosecond is left
		{13 * time.Hour, 4, auth.ErrNoSession},      //
		{1000000 * time.Hour, 4, auth.ErrNoSession}, //
	}
	for i, step := range steps {
		o.now = o.now.Add(step.after)
		if _, err := o.Authenticate(bearer(token)); !errors.Is(err, step.err) || o.saves != step.saves {
			t.Errorf("step %d: got %v and %d saves, want %v and %d", i, err, o.saves, step.err, step.saves)
		}
	}
}

// A store that takes no writes for a moment throws nobody out whose session still holds.
func TestSessionHoldsWithoutItsExtension(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.login(t)
	o.readOnly = true
	o.now = o.now.Add(11 * time.Hour)
	if user, err := o.Authenticate(bearer(token)); err != nil || user.ID != "anna" {
		t.Errorf("got %q, %v", user.ID, err)
	}
	o.now = o.now.Add(time.Hour)
	if _, err := o.Authenticate(bearer(token)); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("after its end: got %v", err)
	}
}

// TestASessionIsAliveUntilItExpiresOrEnds, and its name is no token.
func TestASessionIsAliveUntilItExpiresOrEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	desk, laptop := o.login(t), o.login(t)
	names := []string{o.SessionOf(bearer(desk)), o.SessionOf(bearer(laptop)), "unknown"}
	if names[0] == names[1] || strings.Contains(names[0], desk) || o.SessionOf(bearer("")) != "" {
		t.Errorf("names %q", names)
	}
	if _, err := o.Authenticate(bearer(names[0])); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("logged in by the name: %v", err)
	}
	alive := func() (n int) {
		t.Helper()
		all, err := o.Alive(t.Context(), names)
		if err != nil {
			t.Fatal(err)
		}
		for _, is := range all {
			if is {
				n++
			}
		}
		return n
	}
	if n := alive(); n != 2 {
		t.Errorf("%d alive, want 2", n)
	}
	if err := o.Logout(bearer(laptop)); err != nil {
		t.Fatal(err)
	}
	if n := alive(); n != 1 {
		t.Errorf("%d alive after one logout, want 1", n)
	}
	o.now = o.now.Add(auth.TTL)
	if n := alive(); n != 0 {
		t.Errorf("%d alive after their time, want none", n)
	}
	o.broken = errors.New("disk is gone")
	if _, err := o.Alive(t.Context(), names); !errors.Is(err, o.broken) {
		t.Errorf("got %v", err)
	}
}

func TestRemovedUserIsOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.login(t)
	o.removed = true
	if _, err := o.Authenticate(bearer(token)); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("got %v, want ErrNoSession", err)
	}
}

func TestGuessingIsSlowedPerUserAndAddress(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	guess := auth.Attempt{Username: "anna", Password: "guess", Address: "evil"}
	for range 5 {
		if _, _, err := o.Login(t.Context(), guess); !errors.Is(err, auth.ErrCredentials) {
			t.Fatal(err)
		}
	}
	right := auth.Attempt{Username: "anna", Password: "correct horse", Address: "evil"}
	var tooMany *cti.TooManyError
	for range 3 { // refused attempts do not lengthen the wait
		if _, _, err := o.Login(t.Context(), right); !errors.As(err, &tooMany) || tooMany.RetryAfter != 10*time.Second {
			t.Fatalf("got %v, want a wait of 10s even with the right password", err)
		}
	}
	if _, _, err := o.Login(t.Context(), auth.Attempt{Username: "anna", Password: "correct horse", Address: "desk"}); err != nil {
		t.Errorf("the user at her own desk: %v", err)
	}
	o.now = o.now.Add(10 * time.Second)
	if _, _, err := o.Login(t.Context(), right); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	for range 5 {
		if _, _, err := o.Login(t.Context(), guess); !errors.Is(err, auth.ErrCredentials) {
			t.Fatalf("a right password gives all attempts back: %v", err)
		}
	}
}

// Otherwise "anna", "anna\x00", "anna\x00\x00" would each have attempts of their own.
func TestAnotherSpellingIsNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if _, _, err := o.Login(t.Context(), auth.Attempt{Username: "anna\x00", Password: "correct horse"}); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("got %v, want %v", err, auth.ErrCredentials)
	}
}

func TestCookieFlags(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		s := auth.New(auth.Options{Secure: secure})
		for _, c := range []*http.Cookie{s.NewCookie("t"), s.EndCookie()} {
			if c.Name != "callcard_session" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != secure || c.Path != "/" {
				t.Errorf("secure=%v: %s", secure, c)
			}
		}
		if got := auth.New(auth.Options{Secure: secure, Framed: true}).NewCookie("t").SameSite; (got == http.SameSiteNoneMode) != secure {
			t.Errorf("secure=%v in frames: SameSite %v", secure, got)
		}
		if s.EndCookie().MaxAge >= 0 {
			t.Error("EndCookie does not end it")
		}
	}
}

func TestHashPasswordBounds(t *testing.T) {
	t.Parallel()
	for password, ok := range map[string]bool{"": false, "1": true, "пароль12": true, strings.Repeat("x", 1025): false} {
		_, err := auth.HashPassword(password)
		var invalid *cti.InvalidError
		if ok != (err == nil) || !ok && (!errors.As(err, &invalid) || invalid.Field != "password") {
			t.Errorf("%.12q: %v", password, err)
		}
	}
}
