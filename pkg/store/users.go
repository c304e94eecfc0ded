package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"callcard/pkg/cti"
)

const userColumns = "id, name, role, pbx, interface, device, extension, queues, password_hash"

// CreateUser adds a user; cti.ErrConflict when the name is taken.
func (s *Store) CreateUser(ctx context.Context, u cti.User, passwordHash string) error {
	if u.ID == "" {
		return &cti.InvalidError{Field: "username", Got: "", Want: "a name"}
	}
	queues, err := json.Marshal(append([]string{}, u.Queues...))
	if err != nil {
		return fmt.Errorf("encode queues: %w", err)
	}
	err = s.write(ctx, func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO users (`+userColumns+`, created) VALUES (`+placeholders(1, 10)+`)`,
			u.ID, u.Name, u.Role, u.PBX, u.Interface, u.Device, u.Extension, string(queues), passwordHash, micros(time.Now()))
		return fault(err)
	})
	if err != nil {
		return fmt.Errorf("create user %s: %w", u.ID, err)
	}
	return nil
}

// User returns a user with the hash of the password.
func (s *Store) User(ctx context.Context, id cti.UserID) (cti.User, string, error) {
	u, hash, err := scanUser(s.read(ctx).QueryRowContext(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, clean(id)).Scan)
	if err != nil {
		return cti.User{}, "", fmt.Errorf("load user %s: %w", id, fault(err))
	}
	return u, hash, nil
}

// Users returns all users in the order of their names.
func (s *Store) Users(ctx context.Context) ([]cti.User, error) {
	users := []cti.User{}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		u, _, err := scanUser(rows.Scan)
		users = append(users, u)
		return err
	}, `SELECT `+userColumns+` FROM users ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("load users: %w", err)
	}
	return users, nil
}

// UsersMark is another number when any user is another, at a small part of the price of Users.
func (s *Store) UsersMark(ctx context.Context) (uint64, error) {
	const unit = " || '\x1f' || " // a control character, which no name has
	sum := fnv.New64a()
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var user sql.RawBytes
		err := rows.Scan(&user)
		_, _ = sum.Write(user) // a hash takes all
		_, _ = sum.Write([]byte{0})
		return err
	}, `SELECT `+strings.Join([]string{"id", "name", "role", "pbx", "interface", "device", "extension", "queues"}, unit)+` FROM users ORDER BY id`)
	if err != nil {
		return 0, fmt.Errorf("look at users: %w", err)
	}
	return sum.Sum64(), nil
}

func scanUser(scan func(...any) error) (u cti.User, hash string, err error) {
	var queues string
	err = scan(&u.ID, &u.Name, &u.Role, &u.PBX, &u.Interface, &u.Device, &u.Extension, &queues, &hash)
	if err != nil {
		return cti.User{}, "", err
	}
	if err := json.Unmarshal([]byte(queues), &u.Queues); err != nil {
		return cti.User{}, "", fmt.Errorf("decode queues of %s: %w", u.ID, err)
	}
	return u, hash, nil
}

// userNames maps the users to the names that people read.
func (s *Store) userNames(ctx context.Context, users []cti.UserID) (map[cti.UserID]string, error) {
	names := map[cti.UserID]string{}
	if len(users) == 0 {
		return names, nil
	}
	ids := make([]any, len(users))
	for i, id := range users {
		ids[i] = id
	}
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var id cti.UserID
		var name string
		err := rows.Scan(&id, &name)
		names[id] = name
		return err
	}, `SELECT id, name FROM users WHERE id IN (`+placeholders(1, len(ids))+`)`, ids...)
	return names, err
}
