package pbxsim

import (
	"crypto/md5" // AMI's challenge is MD5; there is no other.
	"crypto/subtle"
	"encoding/hex"
	"slices"
)

// account is a logged-in user's rights.
type account struct {
	User
	read, write class
}

func newAccount(u User) *account {
	return &account{User: u, read: classesOf(u.Read), write: classesOf(u.Write)}
}

func (p *PBX) account(name string) (*account, bool) {
	for _, u := range p.opts.Users {
		if u.Name == name {
			return newAccount(u), true
		}
	}
	return nil, false
}

func (a *account) sees(e *event) bool {
	if a.read&e.classes == 0 {
		return false
	}
	if e.name == "VarSet" && len(a.Variables) > 0 {
		return slices.Contains(a.Variables, e.variable)
	}
	return len(a.Events) == 0 || slices.Contains(a.Events, e.name)
}

// proves compares the secret, or the MD5 of challenge and secret.
func (a *account) proves(r request, challenge string) bool {
	if r.get("AuthType") != "MD5" {
		return subtle.ConstantTimeCompare([]byte(r.get("Secret")), []byte(a.Secret)) == 1
	}
	sum := md5.Sum([]byte(challenge + a.Secret))
	key := hex.EncodeToString(sum[:])
	return challenge != "" && subtle.ConstantTimeCompare([]byte(r.get("Key")), []byte(key)) == 1
}
