package cti

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// NoteLimit is how many characters one note may have.
const NoteLimit = 10_000

// Note is what one agent has written about one call. Its version grows with each
// saving, so that a tab that shows an older one cannot overwrite a newer one.
type Note struct {
	Agent     UserID    `json:"agent"`
	AgentName string    `json:"agent_name"`
	Text      string    `json:"text"`
	Version   int       `json:"version"`
	UpdatedAt time.Time `json:"updated_at"`
}

// NoteDraft is a note as somebody wants it saved. Base is the version that he has
// changed, 0 for none.
type NoteDraft struct {
	User UserID
	Text string
	Base int
}

// Validate refuses what is too long.
func (d NoteDraft) Validate() error {
	if n := utf8.RuneCountInString(d.Text); n > NoteLimit {
		return &InvalidError{Field: "text", Got: strconv.Itoa(n) + " characters", Want: "at most " + strconv.Itoa(NoteLimit)}
	}
	return nil
}

// NoteConflictError says that the note was changed by another tab meanwhile.
type NoteConflictError struct{ Current Note }

func (e *NoteConflictError) Error() string {
	return "the note was changed elsewhere: it is at version " + strconv.Itoa(e.Current.Version) + " now"
}

// Unwrap makes it a conflict.
func (e *NoteConflictError) Unwrap() error { return ErrConflict }

// MergeNotes gives the notes of a call that another one became part of. Whoever has
// written about both keeps both texts; the version grows beyond both, because no tab
// has seen the whole. They come in the order of their last change.
func MergeNotes(into, from []Note) []Note {
	merged := slices.Clone(into)
	for _, note := range from {
		i := slices.IndexFunc(merged, func(n Note) bool { return n.Agent == note.Agent })
		if i < 0 {
			merged = append(merged, note)
			continue
		}
		merged[i] = joinNotes(merged[i], note)
	}
	SortNotes(merged)
	return merged
}

func joinNotes(into, from Note) Note {
	switch {
	case into.Text == "":
		into.Text = from.Text
	case from.Text != "" && from.Text != into.Text:
		into.Text += "\n" + from.Text
	}
	into.Version = max(into.Version, from.Version) + 1
	if from.UpdatedAt.After(into.UpdatedAt) {
		into.UpdatedAt = from.UpdatedAt
	}
	return into
}

// SortNotes puts the oldest first; the order is stable.
func SortNotes(notes []Note) {
	slices.SortStableFunc(notes, func(a, b Note) int {
		if c := a.UpdatedAt.Compare(b.UpdatedAt); c != 0 {
			return c
		}
		return strings.Compare(string(a.Agent), string(b.Agent))
	})
}

// CallResult is what came of a call, as an agent said last.
type CallResult struct {
	Result    string    `json:"result"`
	Reasons   []string  `json:"reasons"`
	Agent     UserID    `json:"agent"`
	AgentName string    `json:"agent_name"`
	At        time.Time `json:"at"`
}

// Shorten cuts a text to n characters for a line in a list.
func Shorten(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:n-1]), " ") + "…"
}
