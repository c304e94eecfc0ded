package push

import (
	"encoding/binary"
	"net"
	"syscall"

	"github.com/gorilla/websocket"
)

// headerRoom is the longest header of a server's frame.
const headerRoom = 10

const finished = 0x80 // FIN: the message is whole (RFC 6455 section 5.2)

// seal writes the frame's header into the room in front of the payload. A server does
// not mask (RFC 6455 section 5.1).
//
//	0x81  length < 126 | 126, 16 bits | 127, 64 bits  payload
func seal(room []byte, opcode byte) []byte {
	start, length := 0, len(room)-headerRoom
	switch {
	case length < 126:
		start = headerRoom - 2
		room[start+1] = byte(length) //nolint:gosec // below 126
	case length <= 0xffff:
		start = headerRoom - 4
		room[start+1] = 126
		binary.BigEndian.PutUint16(room[start+2:], uint16(length)) //nolint:gosec // as tested
	default:
		room[1] = 127
		binary.BigEndian.PutUint64(room[2:], uint64(length)) //nolint:gosec // a length
	}
	room[start] = finished | opcode
	return room[start:]
}

// control makes a ping or pong with its data, at most 125 bytes.
func control(opcode byte, data string) []byte {
	return seal(append(make([]byte, headerRoom, headerRoom+len(data)), data...), opcode)
}

// beats are the frames by which the hub asks whether somebody is there, the same bytes for all connections.
type beats struct{ ping, alive []byte }

func newBeats() beats {
	alive := append(make([]byte, headerRoom, headerRoom+len(aliveText)), aliveText...)
	return beats{ping: control(websocket.PingMessage, ""), alive: seal(alive, websocket.TextMessage)}
}

func (b beats) of(c *conn) []byte {
	if c.answers {
		return b.alive
	}
	return b.ping
}

// socket is a connection that can be written to without ever waiting. A zero one
// cannot: what is behind it is no plain socket.
type socket struct{ raw syscall.RawConn }

func socketOf(conn net.Conn) socket {
	plain, ok := conn.(*net.TCPConn)
	if !ok {
		return socket{}
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return socket{}
	}
	return socket{raw}
}

// write gives the socket as much as it takes now and returns the rest. A broken
// socket takes nothing: whoever writes the rest will learn why. Control, unlike Write,
// waits for no other writer and for no deadline.
func (s socket) write(text []byte) (rest []byte) {
	if s.raw == nil {
		return text
	}
	_ = s.raw.Control(func(fd uintptr) {
		if n, err := syscall.Write(int(fd), text); err == nil {
			text = text[n:]
		}
	})
	return text
}
