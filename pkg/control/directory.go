package control

import (
	"context"
	"slices"
	"strings"

	"callcard/pkg/cti"
)

// maxEntries is as many as a person looks through; he types one more letter instead.
const maxEntries = 50

// shortest is how much of a name is typed before clients are looked for as well:
// colleagues are few, contacts are not.
const shortest = 2

// QueueLine is a queue: what people call it and what they dial for it.
type QueueLine struct{ Name, Title, Number string }

// Phonebook finds whom a call can be placed or handed over to.
type Phonebook struct {
	Agents   func(viewer cti.User) []cti.AgentState // by name
	Queues   func() []QueueLine                     // by title
	Contacts func(ctx context.Context, text string, limit int) ([]cti.Contact, error)
}

// Entries are the colleagues, queues and contacts that a text fits, in this order; all
// colleagues and queues for no text.
func (b *Phonebook) Entries(ctx context.Context, viewer cti.User, text string) ([]cti.DirectoryEntry, error) {
	found := []cti.DirectoryEntry{}
	words := strings.Fields(strings.ToLower(text))
	for _, a := range b.Agents(viewer) {
		if a.User != viewer.ID && a.Extension != "" && fits(words, a.Name, string(a.User), a.Extension) {
			found = append(found, cti.DirectoryEntry{Kind: "agent", ID: string(a.User), Name: a.Name, Number: a.Extension, Presence: PresenceOf(a)})
		}
	}
	for _, q := range b.Queues() {
		if q.Number != "" && fits(words, q.Title, q.Name, q.Number) {
			found = append(found, cti.DirectoryEntry{Kind: "queue", ID: q.Name, Name: q.Title, Number: q.Number})
		}
	}
	if len([]rune(text)) < shortest || len(found) >= maxEntries {
		return found[:min(len(found), maxEntries)], nil
	}
	contacts, err := b.Contacts(ctx, text, maxEntries-len(found))
	for _, c := range contacts {
		if len(c.Phones) > 0 {
			found = append(found, cti.DirectoryEntry{Kind: "contact", ID: c.ID, Name: c.Name, Number: c.Phones[0]})
		}
	}
	return found, err
}

// fits reports whether each word is in one of the texts.
func fits(words []string, texts ...string) bool {
	for _, word := range words {
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), word) }) {
			return false
		}
	}
	return true
}

// PresenceOf is what a colleague needs to know of an agent: a phone in use counts, also
// where no call of ours explains it.
func PresenceOf(a cti.AgentState) cti.Presence {
	device := a.DeviceStatus
	switch {
	case a.Mode == cti.ModeOffline, !device.Reachable():
		return cti.PresenceOffline
	case a.Activity == cti.ActivityTalking, a.Activity == cti.ActivityHold:
		return cti.PresenceTalking
	case a.Activity == cti.ActivityOffered, device == cti.DeviceRinging:
		return cti.PresenceRinging
	case device == cti.DeviceInUse, device == cti.DeviceBusy, device == cti.DeviceRingInUse, device == cti.DeviceOnHold:
		return cti.PresenceTalking
	case a.Mode == cti.ModeNotReady, a.Activity == cti.ActivityACW, a.Block != cti.BlockNone:
		return cti.PresenceNotReady
	}
	return cti.PresenceFree
}
