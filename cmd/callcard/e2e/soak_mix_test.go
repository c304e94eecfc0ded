package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
)

const (
	nobodyThere = "74950000021" // rings 1008, where nobody answers
	firstPhone  = 1001
	phones      = 9
	// apart is the least time between two calls of one client: which of two calls at
	// once was the last one is nobody's to say.
	apart = 30 * time.Second
	// longest call of the mix, and then some.
	longest = 20 * time.Second
)

// soakOffice adds to the shipped samples what the mix needs: phones 1006 to 1009, and a
// direct number that nobody answers.
func soakOffice(etc string) error {
	shipped, err := os.ReadFile(filepath.Join(etc, "pjsip.conf"))
	if err != nil {
		return err
	}
	media := regexp.MustCompile(`media_address = .*`).FindString(string(shipped))
	var text string
	for n := 1006; n < firstPhone+phones; n++ {
		text += fmt.Sprintf("[%[1]d](phone)\nauth = %[1]d\naors = %[1]d\ncallerid = Agent %[1]d <%[1]d>\n"+
			"%[2]s\nbind_rtp_to_media_address = yes\n"+
			"[%[1]d](phone-auth)\nusername = %[1]d\npassword = change-me-%[1]d\n[%[1]d](phone-aor)\nqualify_frequency = 0\n", n, media)
	}
	return errors.Join(
		quickQueues(etc),
		appendTo(filepath.Join(etc, "pjsip.conf"), text),
		appendTo(filepath.Join(etc, "extensions.conf"), "\n[from-trunk](+)\nexten => "+nobodyThere+
			",1,Gosub(record,start,1)\n same => n,Dial(PJSIP/1008,3,t)\n same => n,Hangup()\n"),
	)
}

func appendTo(path, text string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// soakPhones are the agents: six answer, one transfers each call blind to 1009, one
// never answers, one answers transfers at once.
func soakPhones(rng *rand.Rand) map[string]asterisktest.Behaviour {
	all := map[string]asterisktest.Behaviour{
		"1007": {Answer: true, Ring: 500 * time.Millisecond, ReferAfter: 1500 * time.Millisecond, ReferTo: "1009", Audio: true},
		"1008": asterisktest.Rings(),
		"1009": {Answer: true, Audio: true},
	}
	for n := firstPhone; n <= 1006; n++ {
		all[fmt.Sprint(n)] = asterisktest.Behaviour{Answer: true, Ring: between(rng, 300, 1500), Audio: true}
	}
	return all
}

func between(rng *rand.Rand, from, to int) time.Duration {
	return time.Duration(from+rng.IntN(to-from+1)) * time.Millisecond
}

// planned is one call of the mix.
type planned struct {
	at     time.Duration
	caller asterisktest.Caller
}

// kindsOfCalls is the mix; what becomes of a call depends on who is free, too, so that only
// the PBX's own books say what happened.
func kindsOfCalls() []struct {
	weight int
	make   func(*rand.Rand) asterisktest.Caller
} {
	to := func(number string, least, most int) func(*rand.Rand) asterisktest.Caller {
		return func(rng *rand.Rand) asterisktest.Caller {
			return asterisktest.Caller{To: number, TalkFor: between(rng, least, most)}
		}
	}
	return []struct {
		weight int
		make   func(*rand.Rand) asterisktest.Caller
	}{
		{30, to(asterisktest.Support, 3500, 8000)}, // answered, handed over by 1007, not answered by 1008
		{14, to(asterisktest.Sales, 3500, 6000)},   // all ring
		{18, to(asterisktest.Support, 200, 1200)},  // abandoned
		{5, to(asterisktest.FreePBX, 4000, 6000)},  // members behind Local channels
		{8, to(asterisktest.Direct, 2500, 5000)},
		{4, to(asterisktest.Group, 2500, 5000)},
		{5, to(nobodyThere, 3000, 3000)},
		{6, to(asterisktest.AfterHours, 800, 2500)},
		{6, func(rng *rand.Rand) asterisktest.Caller { // from an agent to a client
			return asterisktest.Caller{Extension: "1005", TalkFor: between(rng, 2500, 4000)}
		}},
		{4, func(rng *rand.Rand) asterisktest.Caller { // among colleagues
			return asterisktest.Caller{Extension: "1006", To: "1009", TalkFor: between(rng, 2500, 4000)}
		}},
	}
}

// plan makes the calls of a run, with random pauses whose mean is that of the rate.
func plan(rng *rand.Rand, length time.Duration, rate float64) (calls []planned) {
	used := map[string]time.Duration{}
	kinds := kindsOfCalls()
	total := 0
	for _, kind := range kinds {
		total += kind.weight
	}
	for at := time.Duration(0); at < length; at += time.Duration(rng.Float64() * 2 / rate * float64(time.Second)) {
		pick := rng.IntN(total)
		for _, kind := range kinds {
			if pick -= kind.weight; pick >= 0 {
				continue
			}
			caller := kind.make(rng)
			client := freeClient(rng, used, at)
			switch {
			case caller.Extension == "":
				caller.From = client
			case caller.To == "":
				caller.To = client
			}
			calls = append(calls, planned{at, caller})
			break
		}
	}
	return calls
}

// freeClient chooses among those who have not called just now: many call again.
func freeClient(rng *rand.Rand, used map[string]time.Duration, at time.Duration) string {
	for {
		number := fmt.Sprintf("7916333%04d", rng.IntN(200))
		if last, before := used[number]; before && at-last < apart+longest {
			continue
		}
		used[number] = at
		return number
	}
}

// dial places the calls at their times and returns when all of them have ended.
func (o *office) dial(t *testing.T, calls []planned) {
	t.Helper()
	var group sync.WaitGroup
	began := time.Now()
	for _, next := range calls {
		select {
		case <-time.After(time.Until(began.Add(next.at))):
		case <-t.Context().Done():
			t.Fatal("the test ended before its calls")
		}
		call, err := o.pbx.StartCall(next.caller)
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			if err := call.Wait(patience); err != nil {
				t.Logf("a call to %s did not go as told; the PBX's books say what it was: %.300s", next.caller.To, err)
			}
		})
	}
	group.Wait()
}
