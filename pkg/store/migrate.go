package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to date. Several nodes may call it at once.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.checkVersion(ctx); err != nil {
		return err
	}
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	// On SQLite another process may be faster: each migration is one transaction, so it has
	// done all of it or nothing. As long as somebody gets on, what failed here is tried again.
	for {
		before, err := p.GetDBVersion(ctx)
		if err == nil {
			_, err = p.Up(ctx)
		}
		if err == nil {
			return nil
		}
		if after, verr := p.GetDBVersion(ctx); verr != nil || after <= before {
			return fmt.Errorf("migrate store: %w", fault(err))
		}
	}
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+s.d.name)
	if err != nil {
		return nil, err
	}
	opts, err := s.d.migrateOptions()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(s.d.goose, s.w, files, opts...)
}

// checkVersion refuses a schema from a newer callcard: writing to it could
// destroy what that one relies on.
func (s *Store) checkVersion(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", fault(err))
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; version > newest {
		return fmt.Errorf("%w: the database has version %d, this callcard knows up to %d", ErrNewerSchema, version, newest)
	}
	return nil
}
