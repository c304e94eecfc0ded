package pbxsim

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// action is one entry of the table: the write classes of which a user needs one
// (0: none), and what to do. It runs under PBX.mu.
type action struct {
	needs class
	do    func(*session, request)
}

func actionTable() map[string]action {
	return map[string]action{
		"ping":                 {0, (*session).ping},
		"events":               {0, (*session).setEvents},
		"filter":               {classSystem, func(s *session, r request) { s.success(r, "Success") }},
		"coresettings":         {classSystem | classReporting, (*session).coreSettings},
		"corestatus":           {classSystem | classReporting, (*session).coreStatus},
		"coreshowchannels":     {classSystem | classReporting, (*session).showChannels},
		"status":               {classSystem | classCall | classReporting, (*session).channelStatus},
		"devicestatelist":      {classCall | classReporting, (*session).deviceStates},
		"bridgelist":           {0, (*session).bridges},
		"queuestatus":          {0, (*session).queueStatus},
		"queuesummary":         {0, (*session).queueSummary},
		"queueadd":             {classAgent, (*session).queueAdd},
		"queueremove":          {classAgent, (*session).queueRemove},
		"queuepause":           {classAgent, (*session).queuePause},
		"hangup":               {classSystem | classCall, (*session).hangup},
		"blindtransfer":        {classCall, (*session).blindTransfer},
		"atxfer":               {classCall, (*session).attendedTransfer},
		"cancelatxfer":         {classCall, (*session).attendedTransfer},
		"pjsipnotify":          {classSystem, (*session).notify},
		"mixmonitormute":       {classSystem | classCall, (*session).muteRecording},
		"originate":            {classOriginate, (*session).originate},
		"getvar":               {classCall | classReporting, (*session).getvar},
		"listcommands":         {0, (*session).listCommands},
		"pjsipshowendpoints":   {classSystem, (*session).endpoints},
		"loggerrotate":         {classReporting, func(s *session, r request) { s.success(r, "Reloaded and rotated log files") }},
		"queuememberringinuse": {classAgent, func(s *session, r request) { s.failure(r, "Not supported here") }},
	}
}

// handle answers one action; false ends the session.
func (s *session) handle(ctx context.Context, r request) bool {
	name := strings.ToLower(r.get("Action"))
	switch name {
	case "login":
		return s.login(ctx, r)
	case "challenge":
		s.challengeFor(r)
		return true
	case "logoff":
		s.reply(r, "Goodbye", "Message: Thanks for all the fish.\r\n")
		return false
	}
	s.pbx.mu.Lock()
	defer s.pbx.mu.Unlock()
	s.act(name, r)
	return true
}

// act checks rights as process_message in Asterisk's main/manager.c does.
func (s *session) act(name string, r request) {
	entry, known := actionTable()[name]
	switch {
	case name == "":
		s.failure(r, "Missing action in request")
	case s.user == nil:
		s.failure(r, "Permission denied")
	case !known:
		s.failure(r, "Invalid/unknown command: "+r.get("Action")+". Use Action: ListCommands to show available commands.")
	case entry.needs != 0 && s.user.write&entry.needs == 0:
		s.failure(r, "Permission denied")
	default:
		entry.do(s, r)
	}
}

func (s *session) login(ctx context.Context, r request) bool {
	p := s.pbx
	user, known := p.account(r.get("Username"))
	p.mu.Lock()
	challenge := s.challenge
	p.mu.Unlock()
	if !known || !user.proves(r, challenge) {
		p.log.Info("AMI login refused", "user", r.get("Username"))
		timer := time.NewTimer(p.opts.LoginDelay)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-s.gone:
		case <-timer.C:
		}
		s.failure(r, "Authentication failed")
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s.success(r, "Authentication accepted")
	s.user = user
	s.setMask(r.get("Events"))
	now := time.Now()
	up := int(now.Sub(p.started).Seconds())
	booted := event{name: "FullyBooted", classes: classSystem, text: fmt.Appendf(nil,
		"Event: FullyBooted\r\nPrivilege: system,all\r\n%sUptime: %d\r\nLastReload: %d\r\nStatus: Fully Booted\r\n\r\n", p.stamp(now), up, up)}
	if s.events && s.mask&classSystem != 0 && user.sees(&booted) {
		s.send(booted.text, nil)
	}
	return true
}

func isOff(mask string) bool { return strings.EqualFold(mask, "off") || mask == "0" }

func (s *session) challengeFor(r request) {
	if r.get("AuthType") != "MD5" {
		s.failure(r, "Must specify AuthType")
		return
	}
	s.pbx.mu.Lock()
	defer s.pbx.mu.Unlock()
	s.challenge = strconv.FormatInt(time.Now().UnixNano()%1e9, 10)
	s.reply(r, "Success", "Challenge: "+s.challenge+"\r\n")
}

// reply sends a response; body holds the lines after the ActionID.
func (s *session) reply(r request, response, body string) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Response: %s\r\n%s%s\r\n", response, actionID(r), body)
	s.send(b.Bytes(), nil)
}

func actionID(r request) string {
	if id := r.get("ActionID"); id != "" {
		return "ActionID: " + id + "\r\n"
	}
	return ""
}

func (s *session) success(r request, text string) { s.reply(r, "Success", "Message: "+text+"\r\n") }
func (s *session) failure(r request, text string) { s.reply(r, "Error", "Message: "+text+"\r\n") }

func (s *session) ping(r request) {
	now := time.Now()
	s.reply(r, "Success", fmt.Sprintf("Ping: Pong\r\nTimestamp: %d.%06d\r\n", now.Unix(), now.Nanosecond()/1000))
}

func (s *session) setEvents(r request) {
	s.setMask(r.get("EventMask"))
	if !s.events {
		s.reply(r, "Success", "Events: Off\r\n")
		return
	}
	s.reply(r, "Success", "Events: On\r\n")
}

// setMask takes "on", "off" or a list of classes; nothing means all.
func (s *session) setMask(text string) {
	s.events, s.mask = !isOff(text), classAll
	if text != "" && s.events {
		s.mask = classesOf(text)
	}
}

func (s *session) listCommands(r request) {
	var b strings.Builder
	for name, entry := range actionTable() {
		if entry.needs == 0 || s.user.write&entry.needs != 0 {
			b.WriteString(name + ": (Priv: <none>)\r\n")
		}
	}
	s.reply(r, "Success", b.String())
}

func (s *session) coreSettings(r request) {
	s.reply(r, "Success", fmt.Sprintf("AMIversion: 11.0.0\r\nAsteriskVersion: 22.10.1\r\nSystemName: %s\r\n"+
		"CoreMaxCalls: 0\r\nCoreMaxLoadAvg: 0.000000\r\nCoreRunUser: \r\nCoreRunGroup: \r\nCoreMaxFilehandles: 0\r\n"+
		"CoreRealTimeEnabled: No\r\nCoreCDRenabled: Yes\r\nCoreHTTPenabled: No\r\nSoundsSearchCustomDir: No\r\n", s.pbx.opts.System))
}

func (s *session) coreStatus(r request) {
	p := s.pbx
	day, clock := p.started.Format(time.DateOnly), p.started.Format(time.TimeOnly)
	s.reply(r, "Success", fmt.Sprintf("CoreStartupDate: %s\r\nCoreStartupTime: %s\r\nCoreReloadDate: %s\r\nCoreReloadTime: %s\r\n"+
		"CoreCurrentCalls: %d\r\nCoreProcessedCalls: %d\r\n", day, clock, day, clock, len(p.playing), p.calls))
}

func (s *session) getvar(r request) {
	if s.pbx.liveChannel(r.get("Channel")) == nil {
		s.failure(r, "No such channel")
		return
	}
	s.reply(r, "Success", "Variable: "+r.get("Variable")+"\r\nValue: \r\n")
}
