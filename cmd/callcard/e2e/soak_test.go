package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/cti"
)

// The short form runs with all other tests; make soak sets the long one.
var (
	soakLength = flag.Duration("soak", 40*time.Second, "how long calls come in during the soak test")
	soakKills  = flag.Int("soak-kills", 3, "how often callcard is killed meanwhile")
	soakRedis  = flag.Int("soak-redis-kills", 1, "how often Redis is killed meanwhile")
	soakSeed   = flag.Uint64("soak-seed", 1, "of all random choices; 0 takes a new one and prints it")
	soakSettle = flag.Duration("soak-settle", 3*time.Minute, "how long everything may take to settle afterwards")
)

const soakRate = 2 // calls per second

// soak is an office under attack.
type soak struct {
	*office
	crm               *crm
	length            time.Duration
	kills, redisKills int
}

// TestSoak kills callcard and Redis again and again while clients call, and while the
// receiver of webhooks is down or sick for two thirds of the time; then everything that
// callcard keeps is compared with the PBX's own books.
func TestSoak(t *testing.T) {
	seed := *soakSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	for _, version := range asterisktest.Versions() {
		t.Run("asterisk "+version, func(t *testing.T) {
			t.Parallel()
			t.Logf("seed %d", seed)
			rng := rand.New(rand.NewPCG(seed, 0))
			s := openSoak(t, version, rng)
			s.run(t, rng)
			s.settle(t)
			s.compare(t)
		})
	}
}

const soakMinTalk = time.Second

const soakConfig = `
http:
  listen: %q
store:
  url: %q
redis:
  url: %q
callbacks: {min_talk: 1s}
recordings:
  store: %q
phone:
  region: RU
webhooks:
  allow: [127.0.0.0/8]
  endpoints:
    - {id: crm, url: "http://%s/calls", events: ["*"], secret: %q}
pbx:
  - id: main
    ami: {address: %q, username: %q, secret: %q}
    control: {username: %q, secret: %q}
    trunks: [PJSIP/trunk]
    recordings: {dir: %q}
    queue_log: {file: %q}
    cdr: {file: %q, zone: UTC}
    dids:
      - {pattern: '\d+', group: office}
`

func openSoak(t *testing.T, version string, rng *rand.Rand) *soak {
	t.Helper()
	s := &soak{length: *soakLength, kills: *soakKills, redisKills: *soakRedis, crm: newCRM(t)}
	s.office = &office{
		pbx:   asterisktest.Start(t, asterisktest.Options{Version: version, Name: "soak" + version, Sample: soakOffice}),
		redis: startRedis(t),
		life:  t,
	}
	s.daemon = newDaemon(t, s.config(t))
	s.daemon.addUser(t, "root", "--role", "admin")
	for n := firstPhone; n < firstPhone+phones; n++ {
		s.daemon.addAgent(t, fmt.Sprint("agent", n), fmt.Sprint(n))
	}
	s.daemon.start(t)
	s.daemon.awaitReady(t)
	s.admin = s.daemon.login(t, "root")
	for extension, behaviour := range soakPhones(rng) {
		s.phone(t, extension, behaviour)
		name := "agent" + extension
		(&desk{client: s.daemon.login(t, name), name: name}).setMode(t, "ready", "")
	}
	outside, err := s.pbx.StartOutside(asterisktest.Answers(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := outside.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *soak) config(t *testing.T) daemonFiles {
	t.Helper()
	dir := t.TempDir()
	f := daemonFiles{dir: dir, config: filepath.Join(dir, "callcard.yaml"), listen: freeAddress(t)}
	text := fmt.Sprintf(soakConfig, f.listen, s.storeURL(t, dir), s.redis.url(),
		filepath.Join(dir, "recordings"), s.crm.address, signingSecret, s.pbx.AMIAddr, s.pbx.Tracking.User, s.pbx.Tracking.Secret,
		s.pbx.Control.User, s.pbx.Control.Secret, s.pbx.RecordingsDir, s.pbx.QueueLog, s.pbx.CDR)
	if err := os.WriteFile(f.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

// run lets clients call and strikes meanwhile.
func (s *soak) run(t *testing.T, rng *rand.Rand) {
	t.Helper()
	calls := plan(rng, s.length, soakRate)
	daemon, redis, receiver := s.blows(t, rng)
	var group sync.WaitGroup
	began := time.Now()
	for _, list := range [][]blow{daemon, redis, receiver} {
		group.Go(func() { strikeAll(t, began, list) })
	}
	s.dial(t, calls)
	group.Wait()
}

// settle waits until nothing is under way any more: no call, no file, no message.
func (s *soak) settle(t *testing.T) {
	t.Helper()
	began := time.Now()
	s.crm.be(crmWell)
	s.daemon.awaitReady(t)
	s.noCalls(t)
	ctx, cancel := context.WithTimeout(t.Context(), *soakSettle)
	defer cancel()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for quiet, last := 0, ""; quiet < 5; { // five looks in a row that find the same and nothing to do
		now := s.unsettled(t)
		if quiet++; now != last || now[0] != '0' {
			quiet, last = 0, now
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Errorf("not settled after %v: %s", *soakSettle, last)
			return
		}
	}
	t.Logf("settled after %v", time.Since(began).Round(time.Second))
}

// unsettled begins with 0 when there is nothing to do, and tells what there is.
func (s *soak) unsettled(t *testing.T) string {
	t.Helper()
	var hook struct{ Pending int64 }
	s.admin.do(t, http.MethodGet, "/api/v1/webhooks/crm", nil, &hook)
	open, expected := 0, 0
	calls := s.allCalls(t)
	for _, record := range calls {
		if record.Ended.IsZero() {
			open++
		}
		for _, r := range record.Recordings {
			if r.State == cti.RecordingExpected || r.State == cti.RecordingWriting || r.State == cti.RecordingComplete {
				expected++
			}
		}
	}
	return fmt.Sprintf("%d: %d messages, %d open of %d calls, %d recordings", hook.Pending+int64(open+expected), hook.Pending, open, len(calls), expected)
}
