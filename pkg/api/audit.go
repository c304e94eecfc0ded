package api

import (
	"context"
	"time"

	"callcard/pkg/cti"
)

// Audits are the comparisons of callcard's calls with the PBXes' own records.
type Audits interface {
	// Audit of a day, of the newest one for "".
	Audit(ctx context.Context, day string) (cti.Audit, error)
}

type auditInput struct {
	Day string `query:"day" doc:"The day, such as 2026-11-22; the newest that was audited when empty"`
}

type auditOutput struct{ Body cti.Audit }

func (s *server) audit(ctx context.Context, in *auditInput) (*auditOutput, error) {
	if !userOf(ctx).SeesAll() {
		return nil, cti.ErrForbidden
	}
	if in.Day != "" {
		if _, err := time.Parse(time.DateOnly, in.Day); err != nil {
			return nil, &cti.InvalidError{Field: "query.day", Got: in.Day, Want: "a day such as 2026-11-22"}
		}
	}
	found, err := s.Audits.Audit(ctx, in.Day)
	if err != nil {
		return nil, err
	}
	if found.Differences == nil {
		found.Differences = []cti.AuditDifference{}
	}
	return &auditOutput{Body: found}, nil
}
