package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"callcard/pkg/cti"
	"callcard/pkg/store"
	"callcard/pkg/webhooks"
)

// newWebhooksCommand works on the store: a daemon that runs sees the change within seconds.
func newWebhooksCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "webhooks", Short: "See and repeat what endpoints were told", Args: cobra.NoArgs}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	var state string
	list := webhookCommand("list", "List the endpoints and what waits for them", cobra.NoArgs, func(ctx context.Context, c *console, _ []string) error { return c.list(ctx) })
	deliveries := webhookCommand("deliveries [ENDPOINT]", "List messages, newest first", cobra.MaximumNArgs(1), func(ctx context.Context, c *console, args []string) error {
		return c.deliveries(ctx, cti.DeliveryFilter{Target: first(args), State: cti.DeliveryState(state)})
	})
	show := webhookCommand("show DELIVERY", "Show one message with its body", cobra.ExactArgs(1), func(ctx context.Context, c *console, args []string) error { return c.show(ctx, args[0]) })
	replay := webhookCommand("replay DELIVERY|ENDPOINT", "Send a message again, or all dead ones of an endpoint", cobra.ExactArgs(1),
		func(ctx context.Context, c *console, args []string) error { return c.replay(ctx, args[0]) })
	purge := webhookCommand("purge ENDPOINT", "Forget messages that are not pending", cobra.ExactArgs(1), func(ctx context.Context, c *console, args []string) error {
		n, err := c.store.PurgeDeliveries(ctx, args[0], cti.DeliveryState(state), time.Now())
		return c.counted("forgotten", n, err)
	})
	test := webhookCommand("test ENDPOINT", "Send the event webhook.test", cobra.ExactArgs(1), func(ctx context.Context, c *console, args []string) error {
		return c.hooks.Test(ctx, args[0], "command line")
	})
	deliveries.Flags().StringVar(&state, "state", "", "pending, delivered, expired or dead; all when empty")
	purge.Flags().StringVar(&state, "state", string(cti.DeliveryDead), "delivered, expired or dead; each when empty")
	cmd.AddCommand(list, deliveries, show, replay, purge, test)
	return cmd
}

// console is one command at work.
type console struct {
	out   io.Writer
	store *store.Store
	hooks *webhooks.Service
}

func webhookCommand(use, short string, args cobra.PositionalArgs, run func(context.Context, *console, []string) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: args}
	path := configFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		db, err := openStore(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		fixed, err := fixedWebhooks(cfg.Webhooks)
		if err != nil {
			return errors.Join(err, db.Close())
		}
		hooks, err := webhooks.New(cmd.Context(), webhooks.Options{Store: db, Fixed: fixed, Allow: cfg.Webhooks.Allow})
		if err == nil {
			err = run(cmd.Context(), &console{cmd.OutOrStdout(), db, hooks}, args)
		}
		return errors.Join(err, db.Close())
	}
	return cmd
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (c *console) list(ctx context.Context) error {
	stats, err := c.store.OutboxStats(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ENDPOINT\tFORMAT\tSTATE\tWAITING\tOLDEST\tDEAD\tURL")
	for _, w := range c.hooks.List() {
		state := "on"
		if !w.Enabled {
			state = "off"
		}
		of := stats[w.ID]
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%d\t%s\n", w.ID, w.Format, state, of.Pending, when(of.Oldest), of.Dead, w.URL)
	}
	return table.Flush()
}

func when(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.Local().Format(time.DateTime)
}

func (c *console) deliveries(ctx context.Context, f cti.DeliveryFilter) error {
	found, _, err := c.store.Deliveries(ctx, f)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DELIVERY\tENDPOINT\tEVENT\tSTATE\tMADE\tTRIES\tLAST")
	for _, d := range found {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", d.ID, d.Target, d.Kind, d.State, when(d.Created), d.Attempts, d.Error)
	}
	return table.Flush()
}

func (c *console) show(ctx context.Context, id string) error {
	d, err := c.store.Delivery(ctx, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s to %s: %s, %s after %d tries\n%s\n%s\n", d.ID, d.Target, d.Kind, d.State, d.Attempts, d.Body, d.Response)
	return err
}

func (c *console) replay(ctx context.Context, name string) error {
	if _, err := c.hooks.Get(name); err == nil {
		n, err := c.store.ReplayDeliveries(ctx, "", cti.DeliveryFilter{Target: name, State: cti.DeliveryDead}, time.Now())
		return c.counted("sent again", n, err)
	}
	n, err := c.store.ReplayDeliveries(ctx, name, cti.DeliveryFilter{}, time.Now())
	return c.counted("sent again", n, err)
}

func (c *console) counted(what string, n int64, err error) error {
	if err == nil {
		_, err = fmt.Fprintf(c.out, "%d messages are %s.\n", n, what)
	}
	return err
}
