package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"callcard/pkg/config"
	"callcard/pkg/cti"
)

// settings is what a user's desk offers. Queues are those that the PBXes have told of.
func (a *App) settings(user cti.User) cti.Settings {
	desk := a.cfg.Desk
	return cti.Settings{
		Results: choices(desk.Results), Reasons: choices(desk.Reasons), PauseReasons: choices(desk.PauseReasons),
		AfterCallWork: cti.AfterCallWork{
			Seconds: int(desk.AfterCallWork.Seconds()), ExtendSeconds: int(desk.AfterCallExtend.Seconds()), MaxExtends: desk.MaxExtends,
		},
		Control:    slices.ContainsFunc(a.pbxes, func(p *pbx) bool { return p.control != nil }),
		Queues:     a.titledQueues(),
		DIDs:       a.titledNumbers(),
		Recordings: cti.RecordingRights{Download: slices.Contains(a.cfg.Recordings.Download, string(user.Role))},
	}
}

func choices(from []config.Choice) []cti.Choice {
	list := make([]cti.Choice, len(from))
	for i, c := range from {
		list[i] = cti.Choice{ID: c.ID, Label: cti.Label(c.Label)}
	}
	return list
}

// titledQueues names each queue once, also when two PBXes have one of that name.
func (a *App) titledQueues() []cti.Titled {
	var list []cti.Titled
	for _, q := range a.agents.Queues() {
		if !slices.ContainsFunc(list, func(t cti.Titled) bool { return t.Name == q.Name }) {
			list = append(list, cti.Titled{Name: q.Name, Title: cmp.Or(a.lines.QueueTitle(q.PBX, q.Name), q.Name)})
		}
	}
	slices.SortFunc(list, func(x, y cti.Titled) int { return strings.Compare(x.Title, y.Title) })
	return list
}

func (a *App) titledNumbers() []cti.Numbered {
	var list []cti.Numbered
	for _, p := range a.cfg.PBX {
		for _, d := range p.DIDs {
			if d.Number != "" {
				number := cmp.Or(a.numbers.Parse(d.Number).Number, d.Number)
				list = append(list, cti.Numbered{Number: number, Title: cmp.Or(d.Title, number)})
			}
		}
	}
	return list
}

// SaveNote keeps a note and shows it on the open cards of its call.
func (d *desk) SaveNote(ctx context.Context, call cti.CallID, draft cti.NoteDraft) (cti.Note, error) {
	note, err := d.store.SaveNote(ctx, call, draft)
	if err == nil {
		d.pop.NoteSaved(call, note)
	}
	return note, err
}

// SaveResult keeps what came of a call and shows it on its open cards.
func (d *desk) SaveResult(ctx context.Context, call cti.CallID, result cti.CallResult) (cti.CallResult, error) {
	result, err := d.store.SaveResult(ctx, call, result)
	if err == nil {
		d.pop.ResultSaved(call, result)
	}
	return result, err
}

// SetAside takes a call off those whose client is still to be named.
func (d *desk) SetAside(ctx context.Context, call cti.CallID, as string, by cti.UserID) error {
	return d.store.SetAside(ctx, call, as, by)
}

// ContactChanged shows a changed contact on the open cards of its numbers.
func (d *desk) ContactChanged(contact cti.Contact) {
	d.pop.ContactChanged(contact)
	d.callbacks.Look()
}

// ContactRemoved takes a deleted contact off the open cards.
func (d *desk) ContactRemoved(id string) { d.pop.ContactRemoved(id) }
