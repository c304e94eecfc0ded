package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

type settingsOutput struct{ Body cti.Settings }

func (s *server) settings(ctx context.Context, _ *struct{}) (*settingsOutput, error) {
	of := s.Settings(userOf(ctx))
	of.Results, of.Reasons, of.PauseReasons = list(of.Results), list(of.Reasons), list(of.PauseReasons)
	of.Queues, of.DIDs = list(of.Queues), list(of.DIDs)
	return &settingsOutput{Body: of}, nil
}

// chosen checks an id against a configured list.
func chosen(field, id string, from []cti.Choice) error {
	if slices.ContainsFunc(from, func(c cti.Choice) bool { return c.ID == id }) {
		return nil
	}
	ids := make([]string, len(from))
	for i, c := range from {
		ids[i] = c.ID
	}
	return &cti.InvalidError{Field: field, Got: id, Want: fmt.Sprintf("one of %s", strings.Join(ids, ", "))}
}
