package asterisktest

import "testing"

// told: nobody's clock decides; the phone answers, holds and talks again, and the client hangs up when they are told to.
func told(t *testing.T, pbx *PBX) {
	t.Helper()
	pbx.Witness.Mark()
	phone := pbx.Phone(t, "1001", Told())
	call := pbx.Call(t, Caller{From: Client, To: "74950000003"})
	if err := phone.Answer(); err != nil {
		t.Fatal(err)
	}
	enter, err := pbx.Witness.Await(patience, Match{"Event": "BridgeEnter", "Channel": "PJSIP/1001-*"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ say, event string }{{"hold", "Hold"}, {"talk", "Unhold"}} {
		if _, err := pbx.Witness.Do("PJSIPNotify", "Channel", enter.Get("Channel"), "Variable", "Event="+step.say); err != nil {
			t.Fatal(err)
		}
		if _, err := pbx.Witness.Await(patience, Match{"Event": step.event, "Channel": "PJSIP/1001-*"}); err != nil {
			t.Fatal(err)
		}
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
