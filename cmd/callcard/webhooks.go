package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/journal"
	"callcard/pkg/outbox"
	"callcard/pkg/store"
	"callcard/pkg/webhooks"
)

const (
	// webhookRefresh is how soon an endpoint that another node or the command line has
	// changed is known here.
	webhookRefresh = 5 * time.Second
	// changeLook is how soon a change beside the calls' events is told.
	changeLook = time.Second
	// Messages are kept for the list of deliveries and for replays.
	keepDelivered = 7 * 24 * time.Hour
	keepDead      = 90 * 24 * time.Hour
)

func (a *App) wireWebhooks(ctx context.Context) error {
	fixed, err := fixedWebhooks(a.cfg.Webhooks)
	if err != nil {
		return err
	}
	a.outbox = outbox.New(outbox.Options{
		Store: a.store, Sender: sender{a}, Logger: a.log, Metrics: a.metrics.Registry,
		Gone: func(ctx context.Context, target string) {
			if err := a.webhooks.Disable(ctx, target, "the endpoint answered 410 Gone"); err != nil {
				a.log.Warn("webhook not switched off", "webhook", target, "err", err)
			}
		},
	})
	a.webhooks, err = webhooks.New(ctx, webhooks.Options{
		Store: a.store, Fixed: fixed, Allow: a.cfg.Webhooks.Allow, Targets: a.outbox.Retarget,
		State: a.agents.State, PublicURL: a.cfg.HTTP.PublicURL, Logger: a.log,
	})
	return err
}

// checkWebhooks finds networks that the guard of webhooks does not understand.
func checkWebhooks(cfg config.Config) (faults []config.Fault) {
	for i, network := range cfg.Webhooks.Allow {
		_, err := webhooks.NewGuard([]string{network})
		if bad, is := errors.AsType[*cti.InvalidError](err); is {
			faults = append(faults, config.Fault{Field: fmt.Sprintf("webhooks.allow[%d]", i), Got: bad.Got, Want: bad.Want})
		}
	}
	return faults
}

// sender lets the outbox send webhooks: it knows no HTTP.
type sender struct{ app *App }

func (s sender) Send(ctx context.Context, d cti.Delivery) outbox.Result {
	r := s.app.webhooks.Send(ctx, d)
	result := outbox.Result{Status: r.Status, Error: r.Error, Response: r.Response, RetryAfter: r.RetryAfter}
	switch {
	case r.Error == "":
		result.Verdict = outbox.Taken
	case r.Gone:
		result.Verdict = outbox.Gone
	case r.Refused:
		result.Verdict = outbox.Refused
	default:
		result.Verdict = outbox.Failed
	}
	return result
}

// fixedWebhooks are the endpoints of the configuration, their files read.
func fixedWebhooks(cfg config.Webhooks) (hooks []cti.Webhook, err error) {
	for _, w := range cfg.Endpoints {
		hook := cti.Webhook{ID: w.ID, URL: w.URL, Format: cti.WebhookFormat(w.Format), Events: w.Events, Enabled: true}
		if hook.Format == "" {
			hook.Format = cti.FormatCallcard
		}
		for _, secret := range []config.Secret{w.Secret, w.Previous} {
			if secret != "" {
				hook.Secrets = append(hook.Secrets, cti.WebhookSecret{Key: cti.Hidden(secret.Reveal())})
			}
		}
		var key string
		for file, to := range map[string]*string{w.CA: &hook.CA, w.Certificate: &hook.Certificate, w.Key: &key} {
			if file == "" {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("webhook %s: %w", w.ID, err)
			}
			*to = string(text)
		}
		hook.Key = cti.Hidden(key)
		hooks = append(hooks, hook)
	}
	return hooks, nil
}

// tellWebhooks fans out what the journal says and, behind it, what has changed beside:
// so a recording is told after the call it belongs to.
func (a *App) tellWebhooks(ctx context.Context) error {
	return journal.Run(ctx, journal.Consumer{
		Name: "webhooks", Log: &webhookLog{Cursor: a.store.Cursor("webhooks", webhooks.Kinds()...), app: a},
		Apply: a.webhooks.Apply, Committed: func(context.Context) { a.outbox.Wake() },
		Appended: a.changed, Logger: a.log,
	})
}

// lookForChanges wakes who tells webhooks: at once for the journal, soon for what changed beside.
func (a *App) lookForChanges(ctx context.Context) error {
	tick := time.NewTicker(changeLook)
	defer tick.Stop()
	for {
		appended := a.appended.Wait()
		select {
		case <-ctx.Done():
			return nil
		case <-appended:
		case <-tick.C:
		}
		a.changed.Notify()
	}
}

// webhookLog is the journal followed by the changes.
type webhookLog struct {
	*store.Cursor
	app     *App
	skipped time.Time
}

// skipEvery is how often an office without webhooks passes over what it has to tell.
const skipEvery = 30 * time.Second

// Next takes changes only when the journal has nothing more.
func (l *webhookLog) Next(ctx context.Context, limit int, apply func(context.Context, []cti.JournalEntry) error) (int, error) {
	if len(l.app.webhooks.List()) == 0 {
		return 0, l.skip(ctx)
	}
	n, err := l.Cursor.Next(ctx, limit, apply)
	if err != nil || n == limit {
		return n, err
	}
	changed, err := l.app.store.TakeChanges(ctx, limit, l.app.webhooks.ApplyChanges)
	return max(n, changed), err
}

// skip leaves behind what nobody is to be told, without reading it.
func (l *webhookLog) skip(ctx context.Context) error {
	if time.Since(l.skipped) < skipEvery {
		return nil
	}
	l.skipped = time.Now()
	return errors.Join(l.Skip(ctx), l.app.store.ForgetChanges(ctx))
}

func (a *App) refreshWebhooks(ctx context.Context) error {
	return a.every(ctx, webhookRefresh, "read webhooks", a.webhooks.Reload)
}

func (a *App) forgetDeliveries(ctx context.Context) error {
	return a.every(ctx, forgetEvery, "forget old deliveries", func(ctx context.Context) error {
		for state, keep := range map[cti.DeliveryState]time.Duration{
			cti.DeliveryDelivered: keepDelivered, cti.DeliveryExpired: keepDelivered, cti.DeliveryDead: keepDead,
		} {
			if _, err := a.store.PurgeDeliveries(ctx, "", state, time.Now().Add(-keep)); err != nil {
				return err
			}
		}
		return nil
	})
}
