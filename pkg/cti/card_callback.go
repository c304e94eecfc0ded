package cti

// ForCard is what a card tells of a callback.
func (b Callback) ForCard() CardCallback {
	return CardCallback{ID: b.ID, Missed: b.Missed, FirstMissed: b.Created, LastMissed: b.LastCall}
}
