package ami

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Connect dials and logs in.
func Connect(ctx context.Context, opts Options) (*Conn, error) {
	c, err := Dial(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := c.Login(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// Login authenticates and starts the keep-alive pings.
func (c *Conn) Login(ctx context.Context) error {
	pairs, err := c.credentials(ctx)
	if err != nil {
		return fmt.Errorf("log in to AMI as %q: %w", c.opts.Username, err)
	}
	if c.opts.Events != "" {
		pairs = append(pairs, "Events", c.opts.Events)
	}
	if _, err := c.Do(ctx, NewAction(actionLogin, pairs...)); err != nil {
		return fmt.Errorf("log in to AMI as %q: %w", c.opts.Username, authError(err))
	}
	if c.opts.PingInterval > 0 {
		c.stop.Go(c.keepAlive)
	}
	return nil
}

// authError adds ErrAuth to any refusal of a login: the texts differ between
// versions ("Authentication failed", "Unable to authenticate").
func authError(err error) error {
	if _, refused := errors.AsType[*ResponseError](err); refused {
		return fmt.Errorf("%w: %w", ErrAuth, err)
	}
	return err
}

func (c *Conn) credentials(ctx context.Context) ([]string, error) {
	if !c.opts.MD5 {
		return []string{"Username", c.opts.Username, "Secret", string(c.opts.Secret)}, nil
	}
	m, err := c.Do(ctx, NewAction("Challenge", "AuthType", "MD5"))
	if err != nil {
		return nil, authError(err)
	}
	// main/manager.c, authenticate(): the key is the hex MD5 of challenge + secret.
	sum := md5.Sum([]byte(m.Get("Challenge") + string(c.opts.Secret)))
	key := hex.EncodeToString(sum[:])
	return []string{"AuthType", "MD5", "Username", c.opts.Username, "Key", key}, nil
}

// keepAlive pings until the connection is over. A peer that sends anything after
// the ping is alive, even when its answer is stuck behind a burst of events.
func (c *Conn) keepAlive() {
	tick := time.NewTicker(c.opts.PingInterval)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return
		case sent := <-tick.C:
			if err := c.ping(); isTimeout(err) && c.lastRead.Load() < sent.UnixNano() {
				c.fail(ErrPingTimeout)
				return
			}
		}
	}
}

func (c *Conn) ping() error {
	ctx, cancel := context.WithTimeout(context.Background(), c.opts.PingTimeout)
	defer cancel()
	_, err := c.Do(ctx, NewAction("Ping"))
	return err
}
