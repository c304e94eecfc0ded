package asterisk

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// Originate asks the PBX to ring a phone and, when it answers, to send it to an
// extension.
type Originate struct {
	Channel   string // "PJSIP/1001"
	Context   string
	Exten     string
	CallerID  string
	ChannelID string        // our own id of the first leg
	Timeout   time.Duration // how long to ring, 30 s
	Variables []ami.Header  // set on the first leg, in this order
}

// Originate starts a call. nil means that the PBX took the order, not that
// anybody answered: that comes with the events. It is never sent twice.
func (c *Control) Originate(ctx context.Context, o Originate) error {
	start := time.Now()
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	action := ami.NewAction("Originate",
		"Channel", o.Channel, "Context", o.Context, "Exten", o.Exten, "Priority", "1",
		"CallerID", o.CallerID, "ChannelId", o.ChannelID, "Async", "true",
		"Timeout", strconv.FormatInt(o.Timeout.Milliseconds(), 10))
	for _, v := range o.Variables {
		action.Headers = append(action.Headers, ami.Header{Name: "Variable", Value: v.Name + "=" + v.Value})
	}
	err := c.translateError(action, cti.MemberAction{}, c.do(ctx, action))
	c.audit(action.Name, start, err, slog.String("channel", o.Channel), slog.String("exten", cti.MaskNumber(o.Exten)))
	return err
}
