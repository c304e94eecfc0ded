package cti

// ForCard is what a card tells of a callback.
func (c Callback) ForCard() CardCallback {
	return CardCallback{
		ID: c.ID, Missed: c.Missed, FirstMissed: c.FirstMissed, LastMissed: c.LastMissed,
		ClaimedBy: c.ClaimedBy, ClaimedByName: c.ClaimedByName, Due: c.Due,
	}
}
