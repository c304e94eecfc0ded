package pbxsim

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// header is one line of a message.
type header struct{ name, value string }

// message is one recorded event with the time of its arrival.
type message struct {
	at      time.Duration // since the first message of the recording
	headers []header
}

func (m message) get(name string) string {
	for _, h := range m.headers {
		if h.name == name {
			return h.value
		}
	}
	return ""
}

// parseRecording reads messages, each preceded by a line "#T <unix seconds>".
func parseRecording(data []byte) ([]message, error) {
	var out []message
	var at, first float64
	var current message
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		line := strings.TrimSuffix(lines.Text(), "\r")
		switch {
		case strings.HasPrefix(line, "#T "):
			seconds, err := strconv.ParseFloat(line[3:], 64)
			if err != nil {
				return nil, fmt.Errorf("read the time of a recorded message: %w", err)
			}
			at = seconds
		case line == "":
			if len(current.headers) == 0 {
				continue
			}
			if first == 0 {
				first = at
			}
			current.at = time.Duration((at - first) * float64(time.Second))
			out = append(out, current)
			current = message{}
		default:
			name, value, _ := strings.Cut(line, ":")
			current.headers = append(current.headers, header{name, strings.TrimPrefix(value, " ")})
		}
	}
	return out, lines.Err()
}
