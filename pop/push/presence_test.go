package push

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/cti"
)

func TestSilentBrowserIsGivenUp(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		dead := o.open("anna", "")
		dead.want(TypeSnapshot, 0)
		live := o.open("boris", "")
		live.want(TypeSnapshot, 0)
		go live.closeCode() // reads, so it answers pings
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if o.hub.Online("anna") || !o.hub.Online("boris") {
			t.Errorf("anna online %v, boris online %v", o.hub.Online("anna"), o.hub.Online("boris"))
		}
	})
}

// A computer that sleeps keeps its connection for minutes and reads nothing; the agent
// counts as gone when no browser of his has answered for 30 s, and is back with a word.
func TestFrozenBrowserCountsAsGone(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		frozen := o.open("anna", "")
		frozen.want(TypeSnapshot, 0)
		frozen.ws.SetPingHandler(func(string) error { return nil })
		go frozen.closeCode() // the network takes what comes, nobody answers
		told := func() string {
			synctest.Wait()
			o.mu.Lock()
			defer o.mu.Unlock()
			return strings.Join(o.presence, ", ")
		}
		time.Sleep(29 * time.Second)
		if got := told(); got != "anna on" || !o.hub.Online("anna") {
			t.Errorf("after 29 s: %q", got)
		}
		time.Sleep(7 * time.Second)
		if got := told(); got != "anna on, anna off" || o.hub.Online("anna") || o.silence < 30*time.Second || o.silence > 36*time.Second {
			t.Errorf("after 36 s: %q, silent for %s", got, o.silence)
		}
		frozen.send(`{"type":"ack","call_id":"main:1.1","card_version":1}`)
		if got := told(); got != "anna on, anna off, anna on" || !o.hub.Online("anna") {
			t.Errorf("awake again: %q", got)
		}
	})
}

// Who says that he answers is asked by a data frame each ten seconds; nobody else sees one.
func TestAliveIsAskedOfWhoAnswers(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		page := o.open("anna", "alive=1")
		page.want(TypeSnapshot, 0)
		service := o.open("boris", "")
		service.want(TypeSnapshot, 0)
		_ = service.ws.SetReadDeadline(time.Now().Add(time.Hour))
		told := make(chan string, 100) // what boris gets besides
		go func() {
			for {
				_, text, err := service.ws.ReadMessage()
				if err != nil {
					return
				}
				told <- string(text)
			}
		}()
		pings := 0
		page.ws.SetPingHandler(func(string) error { pings++; return nil })
		_ = page.ws.SetReadDeadline(time.Now().Add(time.Hour))
		began, asked := time.Now(), 0
		for time.Since(began) < time.Minute {
			if _, text, err := page.ws.ReadMessage(); err != nil || string(text) != `{"type":"alive"}` {
				t.Fatalf("got %q (%v), want the question whether anna is there", text, err)
			}
			asked++
			page.send(`{"type":"alive"}`)
		}
		if asked < 6 || asked > 7 || pings != 0 {
			t.Errorf("asked %d times in a minute, with %d pings besides", asked, pings)
		}
		o.hub.Publish("anna", TypeAgentChanged, cti.AgentState{})
		page.want(TypeAgentChanged, 1) // a question takes no number
		o.hub.Publish("boris", TypeAgentChanged, cti.AgentState{})
		if text := <-told; !strings.Contains(text, TypeAgentChanged) || !o.hub.Online("boris") {
			t.Errorf("boris, who answers pings only, got %s; online %v", text, o.hub.Online("boris"))
		}
	})
}

// A page whose script is frozen still has a browser that answers for it, but not this question.
func TestFrozenScriptCountsAsGone(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		page := o.open("anna", "alive=1")
		page.want(TypeSnapshot, 0)
		frozen := make(chan struct{})
		go func() {
			defer close(frozen)
			page.closeCode() // reads all, answers pings, but no alive
		}()
		told := func() string {
			synctest.Wait()
			o.mu.Lock()
			defer o.mu.Unlock()
			return strings.Join(o.presence, ", ")
		}
		time.Sleep(29 * time.Second)
		if got := told(); got != "anna on" {
			t.Errorf("after 29 s: %q", got)
		}
		time.Sleep(7 * time.Second)
		if got := told(); got != "anna on, anna off" || o.hub.Online("anna") {
			t.Errorf("after 36 s: %q", got)
		}
		page.send(`{ "type": "alive" }`)
		if got := told(); got != "anna on, anna off, anna on" || !o.hub.Online("anna") {
			t.Errorf("awake again: %q", got)
		}
		time.Sleep(5 * time.Minute)
		<-frozen // given up as any silent browser
		if got := o.hub.Tabs("anna"); got != 0 {
			t.Errorf("%d tabs after five silent minutes", got)
		}
	})
}

// A network that swallows everything leaves a dead connection behind; who comes back on another one is there.
func TestNewConnectionBesideADeadOne(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		dead := o.open("anna", "alive=1")
		dead.want(TypeSnapshot, 0)
		go dead.closeCode() // takes what comes, says nothing
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if o.hub.Online("anna") || o.hub.Tabs("anna") != 1 {
			t.Errorf("online %v with %d connections, want a dead one", o.hub.Online("anna"), o.hub.Tabs("anna"))
		}
		o.open("anna", "alive=1&epoch=E1&seq=0")
		synctest.Wait()
		o.mu.Lock()
		defer o.mu.Unlock()
		if got := strings.Join(o.presence, ", "); got != "anna on, anna off, anna on" || !o.hub.Online("anna") {
			t.Errorf("back beside a dead connection: %q", got)
		}
	})
}

// The end of a dead connection is no word of its agent's: who falls silent just then has been silent since his own last word.
func TestEndOfADeadConnectionIsNoSignOfLife(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		dead := o.open("anna", "alive=1")
		dead.want(TypeSnapshot, 0)
		go dead.closeCode()
		time.Sleep(50 * time.Second) // it is given up 20 s later
		frozen := o.open("anna", "alive=1")
		frozen.want(TypeSnapshot, 0)
		go frozen.closeCode()
		time.Sleep(36 * time.Second)
		synctest.Wait()
		if o.hub.Tabs("anna") != 1 || o.hub.Online("anna") {
			t.Errorf("%d connections, online %v, want one frozen", o.hub.Tabs("anna"), o.hub.Online("anna"))
		}
	})
}

func TestPresenceTellsFirstAndLastTab(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		one := o.open("anna", "")
		synctest.Wait()
		two := o.open("anna", "")
		synctest.Wait()
		_ = one.ws.Close()
		synctest.Wait()
		_ = two.ws.Close()
		synctest.Wait()
		o.mu.Lock()
		defer o.mu.Unlock()
		if diff := cmp.Diff([]string{"anna on", "anna off"}, o.presence); diff != "" {
			t.Errorf("presence (-want +got):\n%s", diff)
		}
	})
}
