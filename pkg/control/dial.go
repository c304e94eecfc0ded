package control

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"callcard/pkg/cti"
)

// Dial rings the user's phone and, when he answers, calls the number. The action id is
// the id of the call to be: it is known before the PBX has made it.
func (s *Service) Dial(ctx context.Context, r cti.DialRequest) (actionID string, err error) {
	pbx := s.pbxOf(r.User)
	line, err := s.line(pbx)
	if err != nil {
		return "", err
	}
	exten, err := dialable(s.opts.Numbers, line.Format, "number", r.Number)
	if err != nil {
		return "", err
	}
	phone := phoneOf(r.User)
	switch {
	case phone == "":
		return "", notNow(whyNoPhone, string(r.User.ID)+" has no phone that could ring")
	case exten == r.User.Extension:
		return "", &cti.InvalidError{Field: "number", Got: r.Number, Want: "somebody else's number than your own"}
	}
	if err := s.once(r.User.ID, exten); err != nil {
		return "", err
	}
	order := cti.DialOrder{Channel: phone, Context: line.Context, Exten: exten, Caller: caller(r.User), LegID: newLegID(), Ring: s.opts.Ring}
	call, began := cti.NewCallID(pbx, order.LegID), time.Now()
	if err := answerOf(pbx, line.PBX.Dial(ctx, order)); err != nil {
		s.forget(r.User.ID)
		s.opts.Log.Info("call control", "agent", r.User.ID, "act", "dial", "number", cti.MaskNumber(exten), "err", err)
		return "", err
	}
	what := "dials " + cti.MaskNumber(exten) + ", " + phone + " rings first"
	if r.CallbackID != "" {
		what += ", for callback " + r.CallbackID
	}
	s.audit(call, r.User.ID, "dial", what, began, nil)
	return string(call), nil
}

// phoneOf is what rings: the phone itself where it is known, because a Local channel of
// a queue would add its own steps.
func phoneOf(u cti.User) string {
	if u.Device != "" {
		return string(u.Device)
	}
	return u.Interface
}

// caller is the user as if he had dialled himself: dialplans choose his rights and the
// number that the client sees by his extension.
func caller(u cti.User) cti.Party { return cti.Party{Number: u.Extension, Name: u.Name} }

// once keeps an impatient second click from ringing twice.
func (s *Service) once(user cti.UserID, exten string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if last := s.dialled[user]; last.exten == exten && now.Sub(last.at) < s.opts.Again {
		return notNow(whyDialled, "this number is being dialled already")
	}
	s.dialled[user] = dialled{exten, now}
	return nil
}

func (s *Service) forget(user cti.UserID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.dialled, user)
}

// newLegID is a Uniqueid in the PBX's own form, "system-seconds.count", with a count
// that no PBX reaches: it sorts and compares like all others and meets none of them.
func newLegID() string {
	const beyond = 1_000_000_000_000
	n, err := rand.Int(rand.Reader, big.NewInt(beyond))
	if err != nil {
		n = big.NewInt(time.Now().UnixNano() % beyond) // the system has no randomness: better dial than not
	}
	return fmt.Sprintf("callcard-%d.%s", time.Now().Unix(), strconv.FormatInt(beyond+n.Int64(), 10))
}
