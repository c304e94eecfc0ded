package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/spf13/cobra"
)

// The relay is the floor: it reads the same bytes from the same socket and sends
// the one message that names an agent to his websocket as it is. No fields, no
// calls, no queue between reader and writer; less cannot be done.

func newBenchRelayCommand() *cobra.Command {
	var address, listen string
	cmd := &cobra.Command{
		Use: "relay", Short: "The bare relay that the bench compares with", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return relay(cmd.Context(), address, listen) },
	}
	cmd.Flags().StringVar(&address, "ami", "", "AMI address to read from")
	cmd.Flags().StringVar(&listen, "listen", "", "address to serve websockets on")
	return cmd
}

type relayHub struct {
	mu    sync.RWMutex
	conns map[string]*websocket.Conn
}

func relay(ctx context.Context, address, listen string) error {
	hub := &relayHub{conns: make(map[string]*websocket.Conn)}
	server := &http.Server{Addr: listen, Handler: hub, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 2) // one from each of the two below
	go func() { failed <- server.ListenAndServe() }()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return fmt.Errorf("connect to the exchange: %w", err)
	}
	defer conn.Close()
	defer server.Close()
	go func() { failed <- hub.copy(conn) }()
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// ServeHTTP takes a websocket of the agent named in the query and reads nothing.
func (h *relayHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{ReadBufferSize: 512, WriteBufferSize: 1024}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns[r.URL.Query().Get("device")] = conn
}

// copy logs in and sends messages on, in the goroutine that reads them.
func (h *relayHub) copy(conn net.Conn) error {
	login := "Action: Login\r\nUsername: callcard\r\nSecret: bench\r\nEvents: system,call,agent,user,dialplan\r\n\r\n"
	if _, err := conn.Write([]byte(login)); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	buf := make([]byte, 0, 1<<20)
	for {
		n, err := conn.Read(buf[len(buf):cap(buf)])
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		buf = buf[:len(buf)+n]
		rest := buf
		for {
			i := bytes.Index(rest, []byte("\r\n\r\n"))
			if i < 0 {
				break
			}
			h.pass(rest[:i])
			rest = rest[i+4:]
		}
		buf = buf[:copy(buf, rest)]
		if len(buf) == cap(buf) {
			return errors.New("a message is larger than the buffer")
		}
	}
}

func (h *relayHub) pass(message []byte) {
	if !bytes.HasPrefix(message, []byte("Event: AgentCalled")) {
		return
	}
	_, rest, found := bytes.Cut(message, []byte("\r\nInterface: "))
	if !found {
		return
	}
	device, _, _ := bytes.Cut(rest, []byte("\r\n"))
	h.mu.RLock()
	conn := h.conns[string(device)]
	h.mu.RUnlock()
	if conn != nil {
		_ = conn.WriteMessage(websocket.TextMessage, message)
	}
}

// benchFloor measures the relay in a process of its own.
func benchFloor(ctx context.Context, o benchOptions) (result *runResult, err error) {
	d, err := newDriver(o, o.Agents)
	if err != nil {
		return nil, err
	}
	err = d.run(ctx, func(ctx context.Context) error {
		listen, err := freeAddress()
		if err != nil {
			return err
		}
		p, err := startProcess(o.Dir, "relay", "bench", "relay", "--ami", d.pbx.Addr(), "--listen", listen)
		if err != nil {
			return err
		}
		defer p.stop()
		if err := p.until(ctx, "the relay reads", func(context.Context) bool { return d.pbx.Clients() > 0 }); err != nil {
			return err
		}
		defer d.agents.close()
		address := func(agent int) string {
			return "ws://" + listen + "/?device=" + url.QueryEscape(d.phones[agent].Device)
		}
		if err := d.agents.connect(ctx, address, func(int) http.Header { return nil }); err != nil {
			return err
		}
		result, err = d.measured(ctx, o, p)
		return err
	})
	return result, err
}
