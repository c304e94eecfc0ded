package gaps

import (
	"cmp"
	"slices"
)

// inOrder sorts the lines of queue_log. Their clock has whole seconds and a database keeps no
// order, so what happened within one second is put as it can have been: nobody leaves a
// queue before he has entered it, nor enters another one before.
func inOrder(entries []entry) []entry {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(x, y entry) int {
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.uniqueid, y.uniqueid), cmp.Compare(rank(x.verb), rank(y.verb)))
	})
	in := map[string]string{} // the queue that a caller is in
	for i := range entries {
		if j := nextOf(entries, i, in); j > i {
			next := entries[j]
			copy(entries[i+1:j+1], entries[i:j])
			entries[i] = next
		}
		switch e := entries[i]; {
		case e.verb == "ENTERQUEUE":
			in[e.uniqueid] = e.queue
		case leaves(e.verb) && e.verb != "SYSCOMPAT": // which ABANDON follows
			delete(in, e.uniqueid)
		}
	}
	return entries
}

// nextOf finds what came next of the lines of one caller in one second, from i on: what
// happened in the queue that he is in, else that he entered one, at best one that he left again.
func nextOf(entries []entry, i int, in map[string]string) int {
	queue, inside := in[entries[i].uniqueid]
	found := i
	for j := i; j < len(entries) && entries[j].at.Equal(entries[i].at) && entries[j].uniqueid == entries[i].uniqueid; j++ {
		e := entries[j]
		switch {
		case inside && e.verb != "ENTERQUEUE" && e.queue == queue:
			return j
		case inside || e.verb != "ENTERQUEUE":
		case slices.ContainsFunc(entries[i:], func(o entry) bool {
			return o.at.Equal(e.at) && o.uniqueid == e.uniqueid && o.queue == e.queue && leaves(o.verb)
		}):
			return j
		case entries[found].verb != "ENTERQUEUE":
			found = j
		}
	}
	return found
}

// rank of a line among those of one second: a stay goes from ringing to talking to its end.
func rank(verb string) int {
	switch {
	case verb == "CONNECT":
		return 1
	case verb == "SYSCOMPAT":
		return 2
	case leaves(verb):
		return 3
	case verb == "ENTERQUEUE":
		return 4
	}
	return 0
}
