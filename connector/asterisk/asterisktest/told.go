package asterisktest

import (
	"fmt"
	"strings"
	"time"
)

// Answer tells a phone that behaves as Told to take the call that rings there, or that will within a short while. The PBX
// passes it on inside the call's own dialog, as it does for phones on a desk ("Event: talk").
func (ph *Phone) Answer() error {
	return ph.pbx.notify("talk", func(c channel) bool {
		return strings.HasPrefix(c.name, "PJSIP/"+ph.Extension+"-") && c.state == "Ringing"
	})
}

// HangUp makes the caller hang up, whether he is still waiting or talking. The PBX must have answered the call.
func (c *Call) HangUp() error {
	return c.pbx.notify("release", func(ch channel) bool {
		return ch.number == c.from && ch.state == "Up" && strings.HasPrefix(ch.name, "PJSIP/")
	})
}

// notify sends a NOTIFY in the dialog of the first channel that fits.
func (p *PBX) notify(event string, fits func(channel) bool) error {
	name, err := p.awaitChannel(fits)
	if err != nil {
		return fmt.Errorf("notify of %s: %w", event, err)
	}
	_, err = p.Witness.Do("PJSIPNotify", "Channel", name, "Variable", "Event="+event)
	return err
}

type channel struct{ name, state, number string }

func (p *PBX) awaitChannel(fits func(channel) bool) (string, error) {
	late := time.After(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		text, err := p.CLI("core show channels concise")
		if err != nil {
			return "", err
		}
		for line := range strings.Lines(text) {
			if f := strings.Split(line, "!"); len(f) > 7 && fits(channel{f[0], f[4], f[7]}) {
				return f[0], nil
			}
		}
		select {
		case <-tick.C:
		case <-late:
			return "", fmt.Errorf("no such channel within %s; the PBX has:\n%s", patience, text)
		}
	}
}
