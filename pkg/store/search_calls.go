package store

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Search in calls. Each word of the query must begin a word of the client's name or of
// a note; digits are a part of the number. There are two ways to a page: a word that
// few things have is looked up and what it gives is put in order; when every word is
// frequent, calls are walked in order and soon fill the page. Counting, which decides,
// stops at frequent: so many are put in order within tens of milliseconds, while a walk
// to the calls of one bad week of last year reads all that came after it.
const frequent = 5000

// term is one word of a query.
type term struct {
	word   string
	digits string // "" for what is no part of a number
	named  bool   // a contact has it
	noted  bool   // a note has it
}

// termsOf reads what somebody typed. A number written with signs between its digits is
// one term.
func termsOf(text string) []term {
	if digits, ok := numberLike(text); ok {
		return []term{{word: digits, digits: digits}}
	}
	const most = 8
	var terms []term
	for _, word := range wordsOf(text) {
		if utf8.RuneCountInString(word) > longestWord {
			word = string([]rune(word)[:longestWord])
		}
		t := term{word: word}
		if digits := digitsOf(word); digits == word && len(digits) >= few {
			t.digits = digits
		}
		terms = append(terms, t)
	}
	return terms[:min(len(terms), most)]
}

// searched adds the conditions of a query to a page.
func (s *Store) searched(ctx context.Context, p *page, text string) error {
	terms := termsOf(text)
	rarest, fewest := -1, frequent
	for i := range terms {
		n, err := s.uses(ctx, &terms[i])
		if err != nil {
			return err
		}
		if n < fewest {
			rarest, fewest = i, n
		}
	}
	p.nothing = len(terms) == 0 || rarest >= 0 && fewest == 0
	for i, t := range terms {
		if i == rarest {
			p.where = append(p.where, p.found(t))
		} else {
			p.where = append(p.where, p.fits(t))
		}
	}
	return nil
}

// uses counts what a term finds, up to frequent of each kind. Of a number that is
// nobody's it tries the form without the prefix with which one dials at home.
func (s *Store) uses(ctx context.Context, t *term) (int, error) {
	total := 0
	for table, has := range map[string]*bool{`words`: &t.named, `call_words`: &t.noted} {
		n, err := s.count(ctx, table, `word`, t.word, t.word+maxRune)
		if err != nil {
			return 0, err
		}
		total, *has = total+n, n > 0
	}
	if t.digits == "" {
		return total, nil
	}
	n, err := s.count(ctx, `number_parts`, `part`, t.digits, t.digits+":")
	if home := strings.TrimLeft(t.digits, "08"); err == nil && n == 0 && len(home) >= few && home != t.digits {
		t.digits = home
		n, err = s.count(ctx, `number_parts`, `part`, home, home+":")
	}
	return total + n, err
}

func (s *Store) count(ctx context.Context, table, column, from, to string) (n int, err error) {
	err = s.read(ctx).QueryRowContext(ctx, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE %s >= $1 AND %s < $2 LIMIT %d) AS uses`,
		table, column, column, frequent), from, to).Scan(&n)
	return n, fault(err)
}

// maxRune sorts after every letter, in bytes too.
const maxRune = "\U0010FFFF"

// found names the calls of a rare term by the indexes.
func (p *page) found(t term) string {
	from, to := p.arg(t.word), p.arg(t.word+maxRune)
	ways := []string{
		fmt.Sprintf(`SELECT call_id FROM call_words WHERE word >= %s AND word < %s`, from, to),
		fmt.Sprintf(`SELECT id FROM calls WHERE contact_id <> '' AND contact_id IN (SELECT contact_id FROM words WHERE word >= %s AND word < %s)`, from, to),
	}
	if t.digits != "" {
		ways = append(ways, fmt.Sprintf(`SELECT id FROM calls WHERE number IN (SELECT number FROM number_parts WHERE part >= %s AND part < %s)`,
			p.arg(t.digits), p.arg(t.digits+":")))
	}
	return `c.id IN (` + strings.Join(ways, ` UNION ALL `) + `)`
}

// fits checks a term on a call that something else has found. Only what can be is looked
// for: a word of notes alone is then seen by the id that drives the page, before the call
// itself is read, which a walk through thousands of calls feels. A subquery with a limit
// stays where it is: SQLite makes a join of EXISTS (3.50) and puts it behind the calls.
func (p *page) fits(t term) string {
	_, id, _ := strings.Cut(p.place, ", ")
	ways := []string{}
	if t.noted {
		ways = append(ways, fmt.Sprintf(`(SELECT 1 FROM call_words n WHERE n.call_id = %s AND n.word >= %s AND n.word < %s LIMIT 1) IS NOT NULL`,
			id, p.arg(t.word), p.arg(t.word+maxRune)))
	}
	if t.named {
		ways = append(ways, fmt.Sprintf(`(SELECT 1 FROM words m WHERE m.contact_id = c.contact_id AND m.word >= %s AND m.word < %s LIMIT 1) IS NOT NULL`,
			p.arg(t.word), p.arg(t.word+maxRune)))
	}
	if t.digits != "" {
		ways = append(ways, `c.number LIKE `+p.arg("%"+t.digits+"%"))
	}
	if len(ways) == 0 {
		return `FALSE` // nothing has it
	}
	return `(` + strings.Join(ways, ` OR `) + `)`
}
