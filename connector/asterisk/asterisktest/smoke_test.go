package asterisktest

import (
	"testing"
	"time"
)

func TestBoot(t *testing.T) {
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			pbx := Start(t, Options{Version: version})
			out, err := pbx.CLI("core show version")
			t.Log(out, err)
			for _, c := range []string{"queue show", "pjsip show endpoints", "manager show user callcard", "manager show command CoreShowChannels", "manager show command Getvar", "manager show command DeviceStateList", "manager show command BridgeList", "dialplan show globals", "manager show command PlayDTMF"} {
				out, err := pbx.CLI(c)
				t.Log(out, err)
			}
			t.Log(pbx.LogTail(100000))
			_ = time.Second
		})
	}
}
