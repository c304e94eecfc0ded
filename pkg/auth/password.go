package auth

import (
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"callcard/pkg/cti"
)

// ShortPassword is a length below which an administrator should be warned (NIST SP
// 800-63B asks for 8). It is his to decide: only an empty password is refused.
const ShortPassword = 8

const (
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
	if password == "" || len(password) > maxPassword {
		return "", &cti.InvalidError{
			Field: "password", Got: fmt.Sprintf("%d characters", utf8.RuneCountInString(password)),
			Want: fmt.Sprintf("1 to %d", maxPassword),
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
