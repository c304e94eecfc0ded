// Package auth knows who asks: passwords, sessions, and the cookie or Bearer
// token that a request carries.
//
// A session's token is 256 random bits. The store keeps only its SHA-256, so a
// stolen database logs nobody in; a plain hash is enough, because the token is
// random (a slow hash helps against guessing, and this cannot be guessed).
//
// Service is safe for use from any goroutine and starts none of its own.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// ErrCredentials means: no such user, or not his password. It does not say which.
// ErrNoSession means: nobody is logged in by this request.
// Both are cti.ErrUnauthenticated.
var (
	ErrCredentials = fmt.Errorf("%w: wrong user name or password", cti.ErrUnauthenticated)
	ErrNoSession   = fmt.Errorf("%w: no session", cti.ErrUnauthenticated)
)

// Cookie is the name of the session cookie.
const Cookie = "callcard_session"

// TTL is how long a session lives without being used. It covers a shift and its
// breaks, and ends before the next morning.
const TTL = 12 * time.Hour

// Users finds a user with the hash of his password.
type Users interface {
	User(ctx context.Context, id cti.UserID) (cti.User, string, error)
}

// Sessions keeps hashes of tokens. SaveSession replaces the session of the same hash.
type Sessions interface {
	SaveSession(ctx context.Context, tokenHash string, user cti.UserID, expires time.Time) error
	Session(ctx context.Context, tokenHash string) (cti.UserID, time.Time, error)
	DeleteSession(ctx context.Context, tokenHash string) error
	// SessionsUntil tells of those that exist when they expire.
	SessionsUntil(ctx context.Context, tokenHashes []string) (map[string]time.Time, error)
}

// Options is what a Service needs.
type Options struct {
	Users    Users
	Sessions Sessions
	Secure   bool // the cookie travels by TLS only: the public address is https
	// Framed lets the cookie into frames of other sites' pages. Browsers want Secure with it.
	Framed bool
	Now    func() time.Time
}

// Service logs users in and out and recognises them.
type Service struct {
	opts   Options
	limits *limits
	hashes chan struct{} // counts running password hashes: each takes 19 MiB
}

// New makes a Service.
func New(opts Options) *Service {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Service{opts: opts, limits: newLimits(), hashes: make(chan struct{}, maxHashes)}
}

// Attempt is one try to log in. Address is the peer's, without the port.
type Attempt struct {
	Username string
	Password string
	Address  string
}

// Login checks a password and opens a session. The errors are ErrCredentials,
// *cti.TooManyError, or the store's.
func (s *Service) Login(ctx context.Context, try Attempt) (token string, user cti.User, err error) {
	now := s.opts.Now()
	if wait := s.limits.take(try, now); wait > 0 {
		return "", cti.User{}, &cti.TooManyError{RetryAfter: wait}
	}
	user, err = s.verify(ctx, try)
	if err != nil {
		return "", cti.User{}, err
	}
	s.limits.forget(try)
	token = newToken()
	if err := s.opts.Sessions.SaveSession(ctx, hashToken(token), user.ID, now.Add(TTL)); err != nil {
		return "", cti.User{}, fmt.Errorf("save session: %w", err)
	}
	return token, user, nil
}

// verify does the same work for a user who does not exist as for one who does.
func (s *Service) verify(ctx context.Context, try Attempt) (cti.User, error) {
	user, hash, err := s.opts.Users.User(ctx, cti.UserID(try.Username))
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return cti.User{}, fmt.Errorf("find user: %w", err)
	}
	// A store may find a user by another spelling (it takes NUL away). Only his own is
	// his name, or each spelling would give a guesser as many attempts again.
	unknown := err != nil || string(user.ID) != try.Username
	if unknown {
		hash = nobodysHash
	}
	select {
	case s.hashes <- struct{}{}:
		defer func() { <-s.hashes }()
	case <-ctx.Done():
		return cti.User{}, ctx.Err()
	}
	if ok, err := matches(try.Password, hash); err != nil || !ok || unknown {
		return cti.User{}, errors.Join(ErrCredentials, err)
	}
	return user, nil
}

// Logout ends the session of a request. Without one it does nothing.
func (s *Service) Logout(r *http.Request) error {
	token := Token(r)
	if token == "" {
		return nil
	}
	err := s.opts.Sessions.DeleteSession(r.Context(), hashToken(token))
	if err != nil && !errors.Is(err, cti.ErrNotFound) {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// Authenticate names the user of a request, by Bearer token or cookie. Each use
// in the second half of a session's life gives it a whole one again.
func (s *Service) Authenticate(r *http.Request) (cti.User, error) {
	token := Token(r)
	if token == "" {
		return cti.User{}, ErrNoSession
	}
	ctx, hash, now := r.Context(), hashToken(token), s.opts.Now()
	id, expires, err := s.opts.Sessions.Session(ctx, hash)
	if errors.Is(err, cti.ErrNotFound) || err == nil && !now.Before(expires) {
		return cti.User{}, ErrNoSession
	}
	if err != nil {
		return cti.User{}, fmt.Errorf("find session: %w", err)
	}
	user, _, err := s.opts.Users.User(ctx, id)
	if errors.Is(err, cti.ErrNotFound) {
		return cti.User{}, ErrNoSession
	}
	if err != nil {
		return cti.User{}, fmt.Errorf("find user of session: %w", err)
	}
	if expires.Sub(now) < TTL/2 {
		_ = s.opts.Sessions.SaveSession(ctx, hash, id, now.Add(TTL)) // the session still holds; the next request tries again
	}
	return user, nil
}

// SessionOf names the session of a request, "" for none. The name is not the token: who
// has it cannot log in by it.
func (s *Service) SessionOf(r *http.Request) string {
	if token := Token(r); token != "" {
		return hashToken(token)
	}
	return ""
}

// Alive tells which of these sessions still hold.
func (s *Service) Alive(ctx context.Context, sessions []string) (map[string]bool, error) {
	until, err := s.opts.Sessions.SessionsUntil(ctx, sessions)
	if err != nil {
		return nil, fmt.Errorf("look at sessions: %w", err)
	}
	alive, now := map[string]bool{}, s.opts.Now()
	for session, expires := range until {
		alive[session] = now.Before(expires)
	}
	return alive, nil
}

// Token is what a request carries: the Bearer token, or else the cookie's.
func Token(r *http.Request) string {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	if cookie, err := r.Cookie(Cookie); err == nil {
		return cookie.Value
	}
	return ""
}

// NewCookie carries a token to the browser. Without an expiry of its own it ends
// with the browser; the session's end is the store's matter.
func (s *Service) NewCookie(token string) *http.Cookie {
	cookie := &http.Cookie{
		Name: Cookie, Value: token, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.opts.Secure,
	}
	if s.opts.Framed && s.opts.Secure {
		cookie.SameSite = http.SameSiteNoneMode // requests of other origins are refused by Origin, see api.guard
	}
	return cookie
}

// EndCookie makes the browser forget its token.
func (s *Service) EndCookie() *http.Cookie {
	cookie := s.NewCookie("")
	cookie.MaxAge = -1
	return cookie
}

func newToken() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails (crypto/rand, since Go 1.24)
	return base64.RawURLEncoding.EncodeToString(raw)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// IssueToken makes a token for a machine that has nobody to log it in.
func IssueToken(ctx context.Context, sessions Sessions, user cti.UserID, life time.Duration) (string, error) {
	token := newToken()
	if err := sessions.SaveSession(ctx, hashToken(token), user, time.Now().Add(life)); err != nil {
		return "", fmt.Errorf("issue token: %w", err)
	}
	return token, nil
}
