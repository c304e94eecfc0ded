package api

import (
	"context"
	"strings"

	"callcard/pkg/cti"
)

// NumberLists are the numbers that are never called back: blocked ones, and those
// whose owners asked not to be called.
type NumberLists interface {
	ListedNumbers(ctx context.Context, list cti.NumberList) ([]cti.ListedNumber, error)
	ListNumber(ctx context.Context, list cti.NumberList, n cti.ListedNumber) error
	UnlistNumber(ctx context.Context, list cti.NumberList, number string) error
}

type numberListInput struct {
	List cti.NumberList `path:"list" enum:"blocked,do_not_call" doc:"blocked: spam, never called back; do_not_call: asked not to be called, unless he asks for a call himself"`
}

func (s *server) listedNumbers(ctx context.Context, in *numberListInput) (*listOutput[cti.ListedNumber], error) {
	found, err := s.Callbacks.ListedNumbers(ctx, in.List)
	if err != nil {
		return nil, err
	}
	return listOf(found), nil
}

type listedNumberInput struct {
	List   cti.NumberList `path:"list" enum:"blocked,do_not_call" doc:"blocked: spam, never called back; do_not_call: asked not to be called, unless he asks for a call himself"`
	Number string         `path:"number" maxLength:"64" doc:"The number, in any form"`
	Body   struct {
		Note string `json:"note,omitempty" maxLength:"2000" doc:"Why"`
	}
}

type listedNumberOutput struct{ Body cti.ListedNumber }

func (s *server) listNumber(ctx context.Context, in *listedNumberInput) (*listedNumberOutput, error) {
	number, err := s.callable(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	n := cti.ListedNumber{Number: number, Note: strings.TrimSpace(in.Body.Note), By: userOf(ctx).ID, At: s.Now().UTC()}
	return &listedNumberOutput{Body: n}, s.Callbacks.ListNumber(ctx, in.List, n)
}

type unlistNumberInput struct {
	List   cti.NumberList `path:"list" enum:"blocked,do_not_call" doc:"blocked: spam, never called back; do_not_call: asked not to be called, unless he asks for a call himself"`
	Number string         `path:"number" maxLength:"64" doc:"The number, in any form"`
}

func (s *server) unlistNumber(ctx context.Context, in *unlistNumberInput) (*struct{}, error) {
	number, err := s.callable(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	return nil, s.Callbacks.UnlistNumber(ctx, in.List, number)
}

// callable reads a number of a path; agents change no lists, they say so of a callback.
func (s *server) callable(ctx context.Context, raw string) (string, error) {
	if !userOf(ctx).SeesAll() {
		return "", cti.ErrForbidden
	}
	phone := s.Numbers.Parse(raw)
	if phone.Number == "" || phone.Kind == cti.NumberInternal {
		return "", &cti.InvalidError{Field: "path.number", Got: raw, Want: "a number outside of the office"}
	}
	return phone.Number, nil
}
