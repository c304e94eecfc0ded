package calls

import "slices"

// list is a slice that can be published: readers keep what they were given while
// the owner goes on. Appending is safe beside them, changing an item copies first.
type list[T any] struct {
	items  []T
	shared bool
}

func (l *list[T]) len() int { return len(l.items) }

func (l *list[T]) add(item T) int {
	l.items = append(l.items, item)
	return len(l.items) - 1
}

// at gives an item to be changed.
func (l *list[T]) at(i int) *T {
	if l.shared {
		l.items = append(make([]T, 0, len(l.items)+2), l.items...)
		l.shared = false
	}
	return &l.items[i]
}

// publish hands the items out. Clipping keeps a reader's append
// from meeting ours; never nil, so that JSON shows a list.
func (l *list[T]) publish() []T {
	if l.items == nil {
		l.items = make([]T, 0, 2)
	}
	l.shared = true
	return slices.Clip(l.items)
}
