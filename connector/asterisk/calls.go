package asterisk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"callcard/connector/ami"
	"callcard/pkg/cti"
)

// Dial rings a phone and sends it to an extension when it answers. nil means that the
// PBX took the order, not that anybody answered: that comes with the events. It is never
// sent twice.
func (c *Control) Dial(ctx context.Context, o cti.DialOrder) error {
	start := time.Now()
	action := ami.NewAction("Originate",
		"Channel", o.Channel, "Context", o.Context, "Exten", o.Exten, "Priority", "1",
		"CallerID", callerID(o.Caller), "ChannelId", o.LegID, "Async", "true",
		"Timeout", strconv.FormatInt(cmp.Or(o.Ring, defaultRing).Milliseconds(), 10))
	action.ID = o.LegID // by which OriginateResponse tells of a phone that got no channel
	err := c.translateError(action, cti.MemberAction{}, c.do(ctx, action))
	c.audit(action.Name, start, err, slog.String("channel", maskedName(o.Channel)), slog.String("exten", cti.MaskNumber(o.Exten)))
	return err
}

// defaultRing is how long a phone rings when the order does not say it; so does Asterisk.
const defaultRing = 30 * time.Second

// callerID is the form that ast_callerid_parse (main/callerid.c) reads. A quote in a
// name would end it.
func callerID(p cti.Party) string {
	name := strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' || r == '<' || r == '>' || r < ' ' {
			return -1
		}
		return r
	}, p.Name)
	if name == "" {
		return p.Number
	}
	return fmt.Sprintf("%q <%s>", name, p.Number)
}

// Hangup ends one channel with a cause of Q.850; 0 leaves the cause to the PBX.
func (c *Control) Hangup(ctx context.Context, channel string, cause int) error {
	number := ""
	if cause > 0 {
		number = strconv.Itoa(cause)
	}
	return c.onChannel(ctx, channel, ami.NewAction("Hangup", "Channel", channel, "Cause", number))
}

// BlindTransfer sends whoever talks with the channel to an extension; the channel leaves.
func (c *Control) BlindTransfer(ctx context.Context, channel, dialplan, exten string) error {
	return c.onChannel(ctx, channel, ami.NewAction("BlindTransfer", "Channel", channel, "Context", dialplan, "Exten", exten))
}

// AttendedTransfer begins a consultation: the PBX presses the feature codes on the
// channel's behalf, so features.conf and the options of the call must allow it.
func (c *Control) AttendedTransfer(ctx context.Context, channel, dialplan, exten string) error {
	return c.onChannel(ctx, channel, ami.NewAction("Atxfer", "Channel", channel, "Context", dialplan, "Exten", exten))
}

// CancelTransfer ends a consultation; the channel is back with whom it left.
func (c *Control) CancelTransfer(ctx context.Context, channel string) error {
	return c.onChannel(ctx, channel, ami.NewAction("CancelAtxfer", "Channel", channel))
}

// PhoneEvent asks the phone behind a PJSIP channel to do something, by a NOTIFY within
// its dialog. The control user needs the class "system" for it.
func (c *Control) PhoneEvent(ctx context.Context, channel, event string) error {
	return c.onChannel(ctx, channel, ami.NewAction("PJSIPNotify", "Channel", channel, "Variable", "Event="+event))
}

// MuteRecording makes MixMonitor write silence in place of both directions, or lets it
// go on. The class "call" is enough (apps/app_mixmonitor.c, ast_manager_register).
func (c *Control) MuteRecording(ctx context.Context, channel string, on bool) error {
	state := "0"
	if on {
		state = "1"
	}
	return c.onChannel(ctx, channel, ami.NewAction("MixMonitorMute", "Channel", channel, "Direction", "both", "State", state))
}

func (c *Control) onChannel(ctx context.Context, channel string, action ami.Action) error {
	start := time.Now()
	err := c.channelError(action, c.do(ctx, action))
	c.audit(action.Name, start, err, slog.String("channel", maskedName(channel)))
	return err
}

// maskedName is a channel or member for the log: DAHDI and Local ones are named after the
// number that they call ("DAHDI/i1/79161234567-4", "Local/79161234567@outbound/n").
func maskedName(name string) string {
	end := strings.LastIndexByte(name, '-') // behind it stands the running number
	if end < 0 {
		end = len(name)
	}
	parts := strings.FieldsFunc(name[:end], func(r rune) bool { return r < '0' || r > '9' })
	for _, digits := range parts {
		name = strings.Replace(name, digits, cti.MaskNumber(digits), 1)
	}
	return name
}

// channelError keeps apart a channel that is gone, which main/manager.c and
// res_pjsip_notify.c call by several names, and a refusal.
func (c *Control) channelError(action ami.Action, err error) error {
	var refused *ami.ResponseError
	if errors.As(err, &refused) && !errors.Is(err, ami.ErrPermission) && !errors.Is(err, ami.ErrAuth) {
		text := strings.ToLower(refused.Message)
		for _, gone := range []string{"no such channel", "does not exist", "channel not found", "could not find"} {
			if strings.Contains(text, gone) {
				return fmt.Errorf("%w: %w", cti.ErrNotFound, err)
			}
		}
		return err
	}
	return c.translateError(action, cti.MemberAction{}, err)
}
