package ami

import (
	"bytes"
	"io"
	"net"
	"testing"

	"github.com/staskobzar/goami2"
)

// The two decoders on the same recorded messages, in one run. DESIGN.md has the figures.
func BenchmarkDecode(b *testing.B) {
	frames := recordedFrames(b)
	b.Run("goami2", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := goami2.Parse(string(frames[i%len(frames)])); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			decode(frames[i%len(frames)], 20, false)
		}
	})
}

// Framing and decoding together.
func BenchmarkReader(b *testing.B) {
	data := bytes.Join(recordedFrames(b), nil)
	b.ReportAllocs()
	r := NewReader(&loop{data: data}, Limits{})
	for b.Loop() {
		if _, err := r.Next(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// The whole way of an event through a connection: socket, framing, decoding,
// queue, consumer.
func BenchmarkConn(b *testing.B) {
	data := bytes.Join(recordedFrames(b), nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		peer, err := l.Accept()
		if err != nil {
			return
		}
		_, err = peer.Write([]byte(bannerPrefix + "11.0.0\r\n"))
		for err == nil {
			_, err = peer.Write(data)
		}
		_ = peer.Close()
	}()
	c, err := Dial(b.Context(), Options{Address: l.Addr().String(), Username: "bench", QueueLimit: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Next(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	_ = c.Close()
}

// loop gives the same bytes again and again.
type loop struct {
	data []byte
	at   int
}

func (l *loop) Read(p []byte) (int, error) {
	if len(l.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, l.data[l.at:])
	l.at = (l.at + n) % len(l.data)
	return n, nil
}
