package asterisktest

import "testing"

// told: nobody's clock decides; the phone answers and the client hangs up when they are told to.
func told(t *testing.T, pbx *PBX) {
	t.Helper()
	pbx.Witness.Mark()
	phone := pbx.Phone(t, "1001", Told())
	call := pbx.Call(t, Caller{From: Client, To: "74950000003"})
	if err := phone.Answer(); err != nil {
		t.Fatal(err)
	}
	if _, err := pbx.Witness.Await(patience, Match{"Event": "BridgeEnter", "Channel": "PJSIP/1001-*"}); err != nil {
		t.Fatal(err)
	}
	if err := call.HangUp(); err != nil {
		t.Fatal(err)
	}
	if err := call.Wait(patience); err != nil {
		t.Error(err)
	}
	if _, err := pbx.Witness.Await(patience, Match{"Event": "HangupRequest", "Channel": "PJSIP/trunk-*"}); err != nil {
		t.Error(err)
	}
	if err := phone.Stop(); err != nil {
		t.Error(err)
	}
}
