package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"callcard/pkg/cti"
)

// SaveNote keeps what an agent has written about a call, which may not be written
// itself yet. A draft that begins at another version than the kept one is refused
// with *cti.NoteConflictError, unless it says the same, as a draft does whose first
// answer was lost, or the kept one is empty.
func (s *Store) SaveNote(ctx context.Context, id cti.CallID, d cti.NoteDraft) (note cti.Note, err error) {
	if err := d.Validate(); err != nil {
		return cti.Note{}, err
	}
	d.Text = clean(d.Text)
	err = s.writeInOrder(ctx, func(ctx context.Context, q querier) error {
		now, err := s.resolve(ctx, q, id)
		if err != nil {
			return err
		}
		note, err = s.noteBy(ctx, q, now, d.User)
		if err != nil {
			return err
		}
		if note.Text == d.Text && note.Version > 0 {
			return nil
		}
		if d.Base != note.Version && note.Text != "" {
			return &cti.NoteConflictError{Current: note}
		}
		note.Text, note.Version, note.UpdatedAt = d.Text, note.Version+1, time.Now().UTC().Truncate(time.Microsecond)
		return putNotes(ctx, q, now, []cti.Note{note})
	})
	if err != nil {
		return cti.Note{}, fmt.Errorf("save note of call %s: %w", id, err)
	}
	return note, nil
}

// noteBy is the kept note of one author, version 0 for none.
func (s *Store) noteBy(ctx context.Context, q querier, id cti.CallID, user cti.UserID) (cti.Note, error) {
	note := cti.Note{Agent: clean(user)}
	var updated int64
	err := q.QueryRowContext(ctx, `SELECT text, version, updated FROM call_notes WHERE call_id = $1 AND user_id = $2`, clean(id), note.Agent).
		Scan(&note.Text, &note.Version, &updated)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return note, fault(err)
	}
	note.UpdatedAt = instant(updated)
	names, err := s.userNames(ctx, []cti.UserID{note.Agent})
	note.AgentName = nameOf(names, note.Agent)
	return note, err
}

func nameOf(names map[cti.UserID]string, user cti.UserID) string {
	if name := names[user]; name != "" {
		return name
	}
	return string(user)
}

// putNotes writes notes of one call with the words by which the call is found.
func putNotes(ctx context.Context, q querier, id cti.CallID, notes []cti.Note) error {
	for _, note := range notes {
		_, err := q.ExecContext(ctx, `INSERT INTO call_notes (call_id, user_id, text, version, updated) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (call_id, user_id) DO UPDATE SET text = excluded.text, version = excluded.version, updated = excluded.updated`,
			clean(id), note.Agent, note.Text, note.Version, micros(note.UpdatedAt))
		if err != nil {
			return fault(err)
		}
		if err := putWords(ctx, q, id, string(note.Agent), note.Text); err != nil {
			return err
		}
	}
	return nil
}

// longestWord bounds what an index holds; nobody looks for more letters.
const longestWord = 40

// putWords brings the words of one source of a call to a text; of a note that grows
// as it is typed only what is new is written.
func putWords(ctx context.Context, q querier, id cti.CallID, source, text string) error {
	wanted := map[string]bool{}
	for _, word := range wordsOf(text) {
		if utf8.RuneCountInString(word) > longestWord {
			word = string([]rune(word)[:longestWord])
		}
		wanted[word] = true
	}
	var gone []any
	err := each(ctx, q, func(rows *sql.Rows) error {
		var word string
		err := rows.Scan(&word)
		if wanted[word] {
			delete(wanted, word)
		} else {
			gone = append(gone, word)
		}
		return err
	}, `SELECT word FROM call_words WHERE call_id = $1 AND source = $2`, clean(id), source)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(gone, chunk) {
		args := append([]any{clean(id), source}, part...)
		if _, err := q.ExecContext(ctx, `DELETE FROM call_words WHERE call_id = $1 AND source = $2 AND word IN (`+
			placeholders(3, len(part))+`)`, args...); err != nil {
			return fault(err)
		}
	}
	rows := make([][]any, 0, len(wanted))
	for word := range wanted {
		rows = append(rows, []any{word, clean(id), source})
	}
	return insert(ctx, q, `INSERT INTO call_words (word, call_id, source)`, `ON CONFLICT DO NOTHING`, rows)
}
