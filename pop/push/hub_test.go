package push

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"callcard/pkg/cti"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// in runs a scenario in a bubble and checks that nothing of the office is left.
func in(t *testing.T, change func(*Options), scenario func(*testing.T, *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, change)
		scenario(t, o)
		o.stop()
	})
}

func publish(o *office, from, to int) {
	for i := from; i <= to; i++ {
		o.hub.Publish("anna", TypeCardUpdated, cti.Card{CallID: "main:1.1", Version: i})
	}
}

func TestFramesReachEveryTabInOrder(t *testing.T) {
	for _, tabs := range []int{0, 1, 3} {
		t.Run(fmt.Sprint(tabs, " tabs"), func(t *testing.T) {
			in(t, nil, func(t *testing.T, o *office) {
				var open []*browser
				for range tabs {
					b := o.open("anna", "")
					b.want(TypeSnapshot, 0)
					open = append(open, b)
				}
				other := o.open("boris", "")
				other.want(TypeSnapshot, 0)
				publish(o, 1, 3)
				for _, b := range open {
					for seq := range uint64(3) {
						b.want(TypeCardUpdated, seq+1)
					}
				}
				if got := o.hub.Tabs("anna"); got != tabs {
					t.Errorf("got %d tabs, want %d", got, tabs)
				}
				o.hub.Publish("boris", TypeAgentChanged, cti.AgentState{})
				other.want(TypeAgentChanged, 1) // and nothing of anna's
			})
		})
	}
}

func TestResume(t *testing.T) {
	tests := []struct {
		name  string
		query string
		want  []uint64 // numbers of frames; a snapshot is 100 + its number
	}{
		{"first time", "", []uint64{105}},
		{"nothing missed", "epoch=E1&seq=5", nil},
		{"two missed", "epoch=E1&seq=3", []uint64{4, 5}},
		{"all kept missed", "epoch=E1&seq=1", []uint64{2, 3, 4, 5}},
		{"more missed than kept", "epoch=E1&seq=0", []uint64{105}},
		{"other epoch", "epoch=E0&seq=5", []uint64{105}},
		{"from the future", "epoch=E1&seq=9", []uint64{105}},
		{"nonsense", "epoch=E1&seq=-1", []uint64{105}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in(t, func(o *Options) { o.Keep = 4 }, func(t *testing.T, o *office) {
				first := o.open("anna", "")
				first.want(TypeSnapshot, 0)
				_ = first.ws.Close()
				synctest.Wait()
				publish(o, 1, 5)
				b := o.open("anna", tt.query)
				synctest.Wait()
				publish(o, 6, 6)
				var got []uint64
				for f := b.next(); f.Seq != 6; f = b.next() {
					if f.Type == TypeSnapshot {
						f.Seq += 100
					}
					got = append(got, f.Seq)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("frames (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestNumbersGoOnWhenKeptFramesExpire(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		b := o.open("anna", "")
		b.want(TypeSnapshot, 0)
		publish(o, 1, 2)
		b.want(TypeCardUpdated, 1)
		b.want(TypeCardUpdated, 2)
		_ = b.ws.Close()
		time.Sleep(time.Hour) // the bubble's clock
		publish(o, 3, 4)      // nobody is there: counted only
		if kept := len(o.hub.stream("anna").kept); kept != 0 {
			t.Errorf("%d frames kept for nobody", kept)
		}
		back := o.open("anna", "epoch=E1&seq=2")
		back.want(TypeSnapshot, 4)
		publish(o, 5, 5)
		back.want(TypeCardUpdated, 5)
	})
}

func TestFramesPublishedWhileTheSnapshotIsTakenFollowIt(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		o.taking = make(chan struct{})
		publish(o, 1, 1)
		b := o.open("anna", "")
		synctest.Wait()
		o.mu.Lock()
		o.cards = []cti.Card{{CallID: "main:1.1", Version: 3}}
		o.mu.Unlock()
		publish(o, 2, 3)
		close(o.taking)
		if f := b.want(TypeSnapshot, 1); !strings.Contains(string(f.Data), `"card_version":3`) {
			t.Errorf("snapshot is older than its moment: %s", f.Data)
		}
		b.want(TypeCardUpdated, 2)
		b.want(TypeCardUpdated, 3)
	})
}

func TestSnapshotThatFailsSendsTheBrowserForAnother(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		o.failing = &cti.UnavailableError{What: "store", Err: fmt.Errorf("locked")}
		if code := o.open("anna", "").closeCode(); code != CloseResync {
			t.Errorf("closed with %d, want %d", code, CloseResync)
		}
	})
}

func TestSlowBrowserIsClosedAndOthersGoOn(t *testing.T) {
	in(t, func(o *Options) { o.Queue = 8 }, func(t *testing.T, o *office) {
		slow, quick := o.open("anna", ""), o.open("anna", "")
		quick.want(TypeSnapshot, 0)
		for i := 1; i <= 20; i++ { // slow reads nothing: the pipe takes nothing
			publish(o, i, i)
			quick.want(TypeCardUpdated, uint64(i))
		}
		before := time.Now()
		if code := slow.closeCode(); code != CloseSlow && code != websocket.CloseAbnormalClosure {
			t.Errorf("closed with %d", code)
		}
		if waited := time.Since(before); waited > 2*time.Second {
			t.Errorf("the slow browser was waited for %v", waited)
		}
		synctest.Wait()
		if got := o.hub.Tabs("anna"); got != 1 {
			t.Errorf("%d tabs left, want the quick one", got)
		}
	})
}

func TestSlowBrowserThatStillReadsIsToldWhy(t *testing.T) {
	in(t, func(o *Options) { o.Queue = 4 }, func(t *testing.T, o *office) {
		b := o.open("anna", "")
		synctest.Wait()
		publish(o, 1, 20)
		if code := b.closeCode(); code != CloseSlow {
			t.Errorf("closed with %d, want %d", code, CloseSlow)
		}
	})
}

func TestPublishNeverWaits(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		for range 3 {
			o.open("anna", "") // none of them reads
		}
		before := time.Now()
		publish(o, 1, 1000)
		if waited := time.Since(before); waited != 0 {
			t.Errorf("Publish waited %v", waited)
		}
	})
}

func TestCloseDuringPublish(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		var group sync.WaitGroup
		for range 3 {
			b := o.open("anna", "")
			group.Go(func() {
				if code := b.closeCode(); code != CloseRestart {
					t.Errorf("closed with %d, want %d", code, CloseRestart)
				}
			})
		}
		group.Go(func() { publish(o, 1, 40) })
		o.stop()
		group.Wait()
		publish(o, 41, 42) // after the end: counted, not sent, no panic
	})
}

func TestNobodyEntersAClosedHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, nil)
		o.hub.close()
		if code := o.open("anna", "").closeCode(); code != CloseRestart {
			t.Errorf("closed with %d, want %d", code, CloseRestart)
		}
		o.stop()
	})
}

func TestLogoutClosesAllTabsForGood(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		tabs := []*browser{o.open("anna", ""), o.open("anna", "")}
		other := o.open("boris", "")
		other.want(TypeSnapshot, 0)
		o.hub.Disconnect("anna", CloseLoggedOut)
		for _, b := range tabs {
			if code := b.closeCode(); code != CloseLoggedOut {
				t.Errorf("closed with %d, want %d", code, CloseLoggedOut)
			}
		}
		o.hub.Publish("boris", TypeAgentChanged, cti.AgentState{})
		other.want(TypeAgentChanged, 1)
	})
}

func TestHandshake(t *testing.T) {
	tests := []struct {
		name   string
		header http.Header
		status int
		spoken string
	}{
		{"header", http.Header{"Authorization": {"Bearer anna"}}, 101, ""},
		{"subprotocol token", http.Header{"Sec-Websocket-Protocol": {"callcard.v1, bearer.anna"}}, 101, "callcard.v1"},
		{"subprotocol token behind a proxy's login", http.Header{"Authorization": {"Basic cHJveHk6cHc="}, "Sec-Websocket-Protocol": {"callcard.v1, bearer.anna"}}, 101, "callcard.v1"},
		{"nobody", nil, 401, ""},
		{"wrong token", http.Header{"Sec-Websocket-Protocol": {"callcard.v1, bearer.x"}}, 401, ""},
		{"forbidden", http.Header{"Authorization": {"Bearer banned"}}, 403, ""},
		{"a fault of ours", http.Header{"Authorization": {"Bearer ill"}}, 503, ""},
		{"store lost", http.Header{"Authorization": {"Bearer lost"}}, 503, ""},
		{"same host", http.Header{"Authorization": {"Bearer anna"}, "Origin": {"http://pbx.local"}}, 101, ""},
		{"public url", http.Header{"Authorization": {"Bearer anna"}, "Origin": {"https://calls.example:8443"}}, 101, ""},
		{"public host, other scheme", http.Header{"Authorization": {"Bearer anna"}, "Origin": {"http://calls.example:8443"}}, 403, ""},
		{"other origin", http.Header{"Authorization": {"Bearer anna"}, "Origin": {"https://evil.example"}}, 403, ""},
		{"null origin", http.Header{"Authorization": {"Bearer anna"}, "Origin": {"null"}}, 403, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in(t, nil, func(t *testing.T, o *office) {
				ws, resp, err := o.dialer().Dial("ws://pbx.local/ws", tt.header)
				if resp == nil {
					t.Fatal(err)
				}
				if resp.StatusCode != tt.status {
					t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
				}
				if ws == nil {
					return
				}
				defer ws.Close()
				if got := ws.Subprotocol(); got != tt.spoken {
					t.Errorf("subprotocol %q, want %q", got, tt.spoken)
				}
			})
		})
	}
}

func TestMessages(t *testing.T) {
	const good = `{"type":"ack","call_id":"main:1.1","card_version":2,"shown_at":"2026-08-05T09:30:05.14Z"}`
	tests := []struct {
		name   string
		text   string
		shown  int
		closed int
	}{
		{"ack", good, 1, 0},
		{"wrong type of field", `{"type":"hello","call_id":7}`, 0, CloseProtocol}, // a number where a text belongs
		{"type of tomorrow", `{"type":"hello","x":7}`, 0, 0},
		{"no call", `{"type":"ack","card_version":2}`, 0, 0},
		{"version 0", `{"type":"ack","call_id":"a","card_version":0}`, 0, 0},
		{"long id", `{"type":"ack","card_version":1,"call_id":"` + strings.Repeat("x", 200) + `"}`, 0, 0},
		{"no JSON", `ack`, 0, CloseProtocol},
		{"huge", `{"type":"` + strings.Repeat("x", 5000) + `"}`, 0, CloseProtocol},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in(t, nil, func(t *testing.T, o *office) {
				b := o.open("anna", "")
				b.want(TypeSnapshot, 0)
				go b.send(tt.text)
				synctest.Wait()
				if len(o.acks) != tt.shown {
					t.Errorf("%d acks, want %d", len(o.acks), tt.shown)
				}
				if tt.closed != 0 {
					if code := b.closeCode(); code != tt.closed {
						t.Errorf("closed with %d, want %d", code, tt.closed)
					}
					return
				}
				publish(o, 1, 1)
				b.want(TypeCardUpdated, 1)
			})
		})
	}
}

func TestAcksAreLimited(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		b := o.open("anna", "")
		b.want(TypeSnapshot, 0)
		for range 500 {
			b.send(`{"type":"ack","call_id":"main:1.1","card_version":2}`)
		}
		synctest.Wait()
		if got := len(o.acks); got != ackBurst {
			t.Errorf("%d acks taken of 500 at once, want %d", got, ackBurst)
		}
	})
}

func TestKeptBytesAreBounded(t *testing.T) {
	in(t, nil, func(t *testing.T, o *office) {
		b := o.open("anna", "")
		b.want(TypeSnapshot, 0)
		go b.closeCode()
		for range 50 {
			o.hub.Publish("anna", TypeAgentChanged, strings.Repeat("x", 2000))
			synctest.Wait()
		}
		s := o.hub.stream("anna")
		if s.bytes > 32<<10 || len(s.kept) < 10 {
			t.Errorf("%d frames of %d bytes kept", len(s.kept), s.bytes)
		}
	})
}
