package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/connector/asterisk/asterisktest"
	"callcard/pkg/config"
	"callcard/pkg/cti"
)

// burstDialplan lets a program place calls that need no phone: a Local channel
// whose far half waits as somebody who listens.
const burstDialplan = `
[burst]
exten => _X.,1,Answer()
 same => n,Wait(3)
 same => n,Hangup()
`

const burstCalls = 3000

// TestBurst has a real Asterisk start three thousand calls at once. The daemon
// must take its events without losing the connection, and know each call.
func TestBurst(t *testing.T) {
	if testing.Short() {
		t.Skip("a burst takes the whole machine for some seconds")
	}
	pbx := asterisktest.Start(t, asterisktest.Options{Version: asterisktest.V22, Sample: func(etc string) error {
		file, err := os.OpenFile(filepath.Join(etc, "extensions.conf"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = file.WriteString(burstDialplan)
		return err
	}})
	app := burstApp(t, pbx)
	background(t, app.Run)
	source := app.pbxes[0].source
	await(t, "the daemon hears the PBX", func() bool { return source.Status().Up })
	_, sub := app.tracker.Subscribe("burst")
	defer sub.Close()
	started := time.Now()
	originate(t, pbx)
	ended, clients := map[cti.CallID]int{}, map[string]int{}
	patience := time.After(5 * time.Minute)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	var seen, most uint64
	for len(ended) < burstCalls {
		select {
		case <-second.C:
			now := source.Stats().Events
			seen, most = now, max(most, now-seen)
		case e, ok := <-sub.Events():
			if !ok {
				t.Fatalf("after %d calls: %v", len(ended), sub.Err())
			}
			if e.Kind == cti.CallFinished {
				ended[e.Call.ID]++
				clients[e.Call.Client.Number]++
				checkBurstCall(t, e.Call)
			}
		case <-patience:
			t.Fatalf("%d calls ended, want %d; %+v", len(ended), burstCalls, source.Stats())
		}
	}
	stats := source.Stats()
	t.Logf("%d events of %d calls in %v, at most %d in a second", stats.Events, len(ended), time.Since(started).Round(time.Millisecond), most)
	if stats.Connects != 1 || stats.Failures != 0 || stats.Refused != 0 || stats.Faulty != 0 {
		t.Errorf("the connection did not hold: %+v", stats)
	}
	for id, n := range ended {
		if n != 1 {
			t.Errorf("call %s ended %d times", id, n)
		}
	}
	for i := range burstCalls {
		if number := fmt.Sprintf("+7916%07d", i); clients[number] != 1 {
			t.Errorf("%d calls of %s, want 1", clients[number], number)
		}
	}
	if left := app.tracker.Calls(); len(left) != 0 {
		t.Errorf("%d calls are left, such as %+v", len(left), left[0])
	}
}

func checkBurstCall(t *testing.T, c cti.Call) {
	t.Helper()
	if c.Certainty != cti.Observed || len(c.Legs) != 0 || c.Ended.IsZero() || len(c.Linkedids) != 1 {
		t.Errorf("call %s is not right: %+v", c.ID, c)
	}
}

func burstApp(t *testing.T, pbx *asterisktest.PBX) *App {
	t.Helper()
	return trackingApp(t, "burst", config.AMI{
		Address: pbx.AMIAddr, Username: pbx.Tracking.User, Secret: config.Secret(pbx.Tracking.Secret),
	}, "PJSIP/trunk")
}

// trackingApp is a daemon that watches one PBX.
func trackingApp(t *testing.T, id string, ami config.AMI, trunk string) *App {
	t.Helper()
	dir := t.TempDir()
	cfg := config.Default()
	cfg.HTTP.Listen = "127.0.0.1:0"
	cfg.Store.URL = config.URL("sqlite:" + filepath.Join(dir, "burst.db"))
	cfg.Recordings.Store = filepath.Join(dir, "recordings")
	cfg.PBX = []config.PBX{{ID: id, AMI: ami, Trunks: []string{trunk}}}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	app, err := NewApp(context.Background(), AppOptions{Config: cfg, Log: log, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// TestRecordedBurst plays as many calls as the socket takes, every event class of them,
// from recorded bytes. A real Asterisk on a small machine is slower than that.
func TestRecordedBurst(t *testing.T) {
	if testing.Short() {
		t.Skip("a burst takes the whole machine for some seconds")
	}
	d, err := newDriver(benchOptions{All: true, Patience: time.Minute}, burstCalls)
	if err != nil {
		t.Fatal(err)
	}
	background(t, d.pbx.Run)
	app := trackingApp(t, benchPBX, config.AMI{Address: d.pbx.Addr(), Username: "callcard", Secret: "bench"}, benchTrunk)
	background(t, app.Run)
	source := app.pbxes[0].source
	await(t, "the daemon hears the PBX", func() bool { return source.Status().Up })
	_, sub := app.tracker.Subscribe("burst")
	defer sub.Close()
	go func() {
		if _, _, err := d.send(t.Context(), d.burstTraffic(burstCalls), 0); err != nil {
			t.Error(err)
		}
	}()
	right, patience := map[string]bool{}, time.After(5*time.Minute)
	for ended := 0; ended < burstCalls; {
		select {
		case e, ok := <-sub.Events():
			if !ok {
				t.Fatalf("after %d calls: %v", ended, sub.Err())
			}
			if e.Kind != cti.CallFinished {
				continue
			}
			ended++
			if len(e.Call.Offers) > 0 && burstRight(e.Call, string(e.Call.Offers[0].Device)) {
				right[e.Call.Client.Number+" "+string(e.Call.Offers[0].Device)] = true
			}
		case <-patience:
			t.Fatalf("%d calls ended, want %d; %+v", ended, burstCalls, source.Stats())
		}
	}
	for i := range burstCalls {
		if !right["+"+benchClient(i)+" "+d.phones[i].Device] {
			t.Fatalf("the call of client %d with agent %d is missing or wrong", i, i)
		}
	}
	if stats := source.Stats(); stats.Connects != 1 || stats.Failures != 0 || stats.Refused != 0 || d.pbx.Cut() != 0 {
		t.Errorf("the connection did not hold: %+v", stats)
	}
	if left := app.tracker.Calls(); len(left) != 0 {
		t.Errorf("%d calls are left, such as %+v", len(left), left[0])
	}
}

// originate writes all actions at once, as a campaign gone wild would, and reads
// the answers.
func originate(t *testing.T, pbx *asterisktest.PBX) {
	t.Helper()
	conn, err := net.Dial("tcp", pbx.AMIAddr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var actions strings.Builder
	fmt.Fprintf(&actions, "Action: Login\r\nUsername: %s\r\nSecret: %s\r\nEvents: off\r\n\r\n", pbx.Lab.User, pbx.Lab.Secret)
	for i := range burstCalls {
		fmt.Fprintf(&actions, "Action: Originate\r\nActionID: %d\r\nChannel: Local/7916%07d@burst/n\r\nCallerID: <7916%07d>\r\n"+
			"Application: Wait\r\nData: 3\r\nAsync: true\r\n\r\n", i, i, i)
	}
	go func() { _, _ = conn.Write([]byte(actions.String())) }()
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	answers := bufio.NewScanner(conn)
	queued := 0
	for queued < burstCalls && answers.Scan() {
		switch {
		case answers.Text() == "Message: Originate successfully queued":
			queued++
		case strings.HasPrefix(answers.Text(), "Response: Error"):
			t.Fatal("the PBX refused a call")
		}
	}
	if queued != burstCalls {
		t.Fatalf("the PBX took %d calls of %d: %v", queued, burstCalls, answers.Err())
	}
}
