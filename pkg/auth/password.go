package auth

import (
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"callcard/pkg/cti"
)

const (
	minPassword = 8
	// maxPassword keeps the work of a hash bounded by its parameters.
	maxPassword = 1024
	// maxHashes run at once, or a crowd at the login page would take the memory.
	maxHashes = 4
	// nobodysHash has the cost of HashPassword and fits no password: its key is of
	// 32 zero bytes.
	nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// cost is the first of OWASP's choices for argon2id (Password Storage Cheat
// Sheet: m=19456, t=2, p=1).
func cost() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// HashPassword makes the text that the store keeps.
func HashPassword(password string) (string, error) {
	if n := utf8.RuneCountInString(password); n < minPassword || len(password) > maxPassword {
		return "", &cti.InvalidError{
			Field: "password", Got: fmt.Sprintf("%d characters", n),
			Want: fmt.Sprintf("%d to %d", minPassword, maxPassword),
		}
	}
	hash, err := argon2id.CreateHash(password, cost())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

func matches(password, hash string) (bool, error) {
	if len(password) > maxPassword {
		password = ""
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	return ok, nil
}
