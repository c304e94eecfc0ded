package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"callcard/pkg/cti"
)

// Search works on a table of folded words (name, company, e-mail) and on the
// numbers, with plain indexes and ranges: the same text on both databases, no
// extension of PostgreSQL, and Cyrillic folds in Go instead of in lower(), which
// SQLite limits to ASCII and PostgreSQL ties to the locale of the cluster. FTS5
// was the other way; it would need a second design for PostgreSQL.
//
// Every word of the query must begin some word of the contact. Digits match the
// beginning or the end of a number; in directories of up to scanned numbers
// also its middle.
const scanned = 200_000

// hits bounds what a query may find before the best of it are chosen: "a" in a
// directory of millions must not load millions.
const hits = 500

// fold makes text comparable: case, and ё which people write as е.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r == 'ё' {
			return 'е'
		}
		return r
	}, text)
}

func wordsOf(texts ...string) []string {
	var words []string
	for _, text := range texts {
		words = append(words, strings.FieldsFunc(fold(text), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		})...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func insertWords(ctx context.Context, q querier, c cti.Contact) error {
	var rows [][]any
	for _, word := range wordsOf(c.Name, c.Company, c.Email) {
		rows = append(rows, []any{word, c.ID})
	}
	return insert(ctx, q, `INSERT INTO words (word, contact_id)`, `ON CONFLICT DO NOTHING`, rows)
}

// SearchContacts finds contacts by words of name, company or e-mail, or by a part of a number.
func (s *Store) SearchContacts(ctx context.Context, text string, limit int) ([]cti.Contact, error) {
	ids, err := s.search(ctx, clean(text))
	if err != nil {
		return nil, fmt.Errorf("search contacts: %w", err)
	}
	if len(ids) == 0 {
		return []cti.Contact{}, nil
	}
	found, err := s.contacts(ctx, `c.id IN (`+placeholders(1, len(ids))+`)`, ids...)
	if err != nil {
		return nil, fmt.Errorf("search contacts: %w", err)
	}
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	return found, s.fillPhones(ctx, found)
}

func (s *Store) search(ctx context.Context, text string) (ids []any, err error) {
	if digits, ok := numberLike(text); ok {
		ids, err = s.searchNumber(ctx, digits)
		if home := strings.TrimLeft(digits, "08"); err == nil && len(ids) == 0 && len(home) >= few && home != digits {
			ids, err = s.searchNumber(ctx, home) // 8 916…, 0 30…: the prefix with which one dials at home
		}
		if err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	return s.searchWords(ctx, wordsOf(text))
}

// few digits are too few to look for.
const few = 3

// numberLike reports whether people would write a number so: digits, and signs between them.
func numberLike(text string) (digits string, ok bool) {
	digits = digitsOf(text)
	odd := strings.IndexFunc(text, func(r rune) bool {
		return !unicode.IsDigit(r) && !unicode.IsSpace(r) && !strings.ContainsRune("+-()./", r)
	})
	return digits, odd < 0 && len(digits) >= few
}

func (s *Store) searchNumber(ctx context.Context, digits string) ([]any, error) {
	back := reverse(digits)
	query := `SELECT contact_id FROM phones WHERE number >= $1 AND number < $2
		UNION SELECT contact_id FROM phones WHERE number >= $3 AND number < $4
		UNION SELECT contact_id FROM phones WHERE reversed >= $5 AND reversed < $6`
	args := []any{"+" + digits, "+" + digits + ":", digits, digits + ":", back, back + ":"}
	if len(digits) > maxTail {
		back = back[:maxTail]
		args[4], args[5] = back, back+":"
	}
	small, err := s.small(ctx)
	if err != nil {
		return nil, err
	}
	if small {
		query += ` UNION SELECT contact_id FROM phones WHERE reversed LIKE $7`
		args = append(args, "%"+back+"%")
	}
	return s.ids(ctx, query, args...)
}

// small reports whether a look at every number is quick.
func (s *Store) small(ctx context.Context) (bool, error) {
	var n int
	err := s.read(ctx).QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM phones LIMIT $1) AS seen`, scanned+1).Scan(&n)
	return n <= scanned, fault(err)
}

// walked bounds how many uses of a word are looked at: words that half of a large
// directory shares must not read half of it.
const walked = 50_000

// searchWords walks the uses of the rarest word and checks the others on each.
func (s *Store) searchWords(ctx context.Context, words []string) ([]any, error) {
	const most = 8
	words = words[:min(len(words), most)]
	if len(words) == 0 {
		return nil, nil
	}
	if err := s.rarestFirst(ctx, words); err != nil {
		return nil, err
	}
	var query strings.Builder
	fmt.Fprintf(&query, `SELECT DISTINCT w.contact_id FROM (SELECT contact_id FROM words
		WHERE word >= $1 AND word < $2 LIMIT %d) AS w WHERE 1 = 1`, walked)
	args := wordRange(words[0])
	for _, word := range words[1:] {
		fmt.Fprintf(&query, ` AND EXISTS (SELECT 1 FROM words x WHERE x.contact_id = w.contact_id
			AND x.word >= $%d AND x.word < $%d)`, len(args)+1, len(args)+2)
		args = append(args, wordRange(word)...)
	}
	return s.ids(ctx, query.String(), args...)
}

// rarestFirst moves the word with the fewest uses to the front; counting stops early.
func (s *Store) rarestFirst(ctx context.Context, words []string) error {
	const enough = 2000
	rarest, fewest := 0, enough+1
	for i, word := range words {
		if len(words) == 1 {
			break
		}
		var n int
		err := s.read(ctx).QueryRowContext(ctx, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM words
			WHERE word >= $1 AND word < $2 LIMIT %d) AS uses`, enough), wordRange(word)...).Scan(&n)
		if err != nil {
			return fault(err)
		}
		if n < fewest {
			rarest, fewest = i, n
		}
	}
	words[0], words[rarest] = words[rarest], words[0]
	return nil
}

// wordRange is all words that begin so: U+10FFFF sorts after every letter, in bytes too.
func wordRange(prefix string) []any { return []any{prefix, prefix + string(unicode.MaxRune)} }

func (s *Store) ids(ctx context.Context, query string, args ...any) ([]any, error) {
	var ids []any
	err := each(ctx, s.read(ctx), func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, query+fmt.Sprintf(` LIMIT %d`, hits), args...)
	return ids, err
}
