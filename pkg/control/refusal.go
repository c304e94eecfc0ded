package control

import "callcard/pkg/cti"

// Why something is not done: stable names, which a page puts into its own language.
const (
	whyCallOver    = "call_over"
	whyCallChanged = "call_changed"
	whyNotInCall   = "not_in_call"
	whyNotTalking  = "not_talking"
	whyKeysOnly    = "keys_only"
	whyNotPossible = "not_possible_now"
	whyNotRecorded = "not_recorded"
	whyNoPhone     = "no_phone"
	whyDialled     = "dialled_already"
	whyNotBegun    = "transfer_not_begun"
)

func notNow(reason, why string) error { return &cti.NotNowError{Reason: reason, Why: why} }
