package push

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"callcard/pkg/cti"
)

type benchOffice struct{}

func (benchOffice) Authenticate(r *http.Request) (cti.User, error) {
	return cti.User{ID: cti.UserID(r.URL.Query().Get("user"))}, nil
}

func (benchOffice) Snapshot(_ context.Context, user cti.User) (Snapshot, error) {
	agent := goldenAgent()
	agent.User = user.ID
	return Snapshot{Agent: &agent, Cards: []cti.Card{goldenCard()}}, nil
}

func (benchOffice) Shown(cti.Shown) {}

func benchHub(b *testing.B) (*Hub, string) {
	b.Helper()
	hub, err := NewHub(Options{Epoch: "E1", Auth: benchOffice{}, Snapshots: benchOffice{}, Acks: benchOffice{}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(hub)
	var group sync.WaitGroup
	group.Go(func() { _ = hub.Run(ctx) })
	b.Cleanup(func() { cancel(); server.Close(); group.Wait() })
	return hub, strings.TrimPrefix(server.URL, "http://")
}

// rawClient shakes hands by hand: a client library's memory must not be measured. It
// reads the snapshot and then nothing more.
func rawClient(b *testing.B, address, user string) net.Conn {
	b.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /ws?user=%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", user, address)
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		b.Fatalf("handshake: %v %v", resp, err)
	}
	header := make([]byte, 4) // of a frame between 126 and 65535 bytes
	if _, err := readFull(r, header); err != nil {
		b.Fatal(err)
	}
	if _, err := r.Discard(int(header[2])<<8 | int(header[3])); err != nil {
		b.Fatal(err)
	}
	return conn
}

func readFull(r *bufio.Reader, to []byte) (int, error) {
	for n := 0; n < len(to); {
		m, err := r.Read(to[n:])
		if n += m; err != nil {
			return n, err
		}
	}
	return len(to), nil
}

// BenchmarkIdleConnections prints what one idle agent costs, his stream and the client's
// end of the socket included: once after the snapshot, once after 20 cards each.
func BenchmarkIdleConnections(b *testing.B) {
	const agents = 4000
	needFiles(b, 2*agents+100)
	for b.Loop() {
		before := memory(b)
		hub, address := benchHub(b)
		conns := make([]net.Conn, agents)
		for i := range conns {
			conns[i] = rawClient(b, address, "agent"+strconv.Itoa(i))
		}
		idle := memory(b).minus(before)
		b.ReportMetric(float64(idle.heap)/agents, "heap+stack-B/idle")
		b.ReportMetric(float64(idle.rss)/agents, "rss-B/idle")
		for i := range conns {
			user := cti.UserID("agent" + strconv.Itoa(i))
			for range 20 {
				hub.Publish(user, TypeCardUpdated, goldenCard())
			}
		}
		runtime.Gosched()
		worked := memory(b).minus(before)
		b.ReportMetric(float64(worked.heap)/agents, "heap+stack-B/after-20-cards")
		for _, c := range conns {
			_ = c.Close()
		}
	}
}

type usage struct{ heap, rss int64 }

func (u usage) minus(v usage) usage { return usage{u.heap - v.heap, u.rss - v.rss} }

func memory(b *testing.B) usage {
	b.Helper()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{heap: int64(m.HeapAlloc + m.StackInuse), rss: residentBytes(b)}
}

func residentBytes(b *testing.B) int64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip("no /proc here")
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

func needFiles(b *testing.B, n uint64) {
	b.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < n {
		b.Skipf("needs %d open files, may have %d", n, limit.Cur)
	}
}

// BenchmarkPublish is one card to one connected browser, to the end of the socket.
func BenchmarkPublish(b *testing.B) {
	hub, address := benchHub(b)
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/ws?user=anna", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer ws.Close()
	card := goldenCard()
	_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
	if _, _, err := ws.ReadMessage(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		hub.Publish("anna", TypeCardUpdated, card)
		if _, _, err := ws.ReadMessage(); err != nil {
			b.Fatal(err)
		}
	}
}
