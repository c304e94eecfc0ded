package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"callcard/pkg/auth"
	"callcard/pkg/cti"
	"callcard/pkg/store"
)

// installation is a daemon's files: configuration, database, recordings.
type installation struct {
	dir, config, listen, database string
}

func newInstallation(dir, ami string) (installation, error) {
	in := installation{dir: dir, config: filepath.Join(dir, "callcard.yaml"), database: "sqlite:" + filepath.Join(dir, "bench.db")}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return in, fmt.Errorf("make the daemon's directory: %w", err)
	}
	var err error
	if in.listen, err = freeAddress(); err != nil {
		return in, err
	}
	text := fmt.Sprintf(benchConfig, in.listen, in.database, filepath.Join(dir, "recordings"), benchPBX, ami, benchTrunk,
		filepath.Join(dir, "monitor"))
	if err := os.WriteFile(in.config, []byte(text), 0o600); err != nil {
		return in, fmt.Errorf("write the daemon's configuration: %w", err)
	}
	return in, nil
}

const benchConfig = `http:
  listen: %s
store:
  url: %s
redis:
  url: embedded
recordings:
  store: %s
log:
  level: warn
pbx:
  - id: %s
    ami: {address: "%s", username: callcard, secret: bench}
    control: {username: callcard-control, secret: bench}
    trunks: [%s]
    recordings: {dir: %s}
`

// seed adds agents with open sessions, and a contact for two callers of three.
// All agents share one password hash: nobody logs in by password here.
func (in installation) seed(ctx context.Context, agents, contacts int) error {
	db, err := store.Open(ctx, in.database)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return fmt.Errorf("prepare the database: %w", err)
	}
	hash, err := auth.HashPassword("only for the bench")
	if err != nil {
		return err
	}
	for i, ph := range benchPhones(agents) {
		user := cti.User{
			ID: benchUser(i), Name: ph.Name, Role: cti.RoleAgent, PBX: benchPBX, Interface: ph.Device, Device: cti.Device(ph.Device),
			Extension: ph.Number, Queues: []string{benchQueue(i)},
		}
		if err := db.CreateUser(ctx, user, hash); err != nil {
			return err
		}
		if err := db.SaveSession(ctx, benchTokenHash(i), user.ID, time.Now().Add(time.Hour)); err != nil {
			return fmt.Errorf("open the session of %s: %w", user.ID, err)
		}
	}
	for i := range contacts {
		if i%3 == 2 {
			continue
		}
		c := cti.Contact{Name: "Client " + strconv.Itoa(i), Phones: []string{"+" + benchClient(i)}}
		if _, err := db.CreateContact(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func benchUser(i int) cti.UserID { return cti.UserID("agent" + strconv.Itoa(i)) }

func benchToken(i int) string { return "bench-" + strconv.Itoa(i) }

// benchTokenHash is how package auth stores a token: hexadecimal SHA-256.
func benchTokenHash(i int) string {
	sum := sha256.Sum256([]byte(benchToken(i)))
	return hex.EncodeToString(sum[:])
}

func (in installation) websocket(int) string { return "ws://" + in.listen + "/ws?alive=1" }

func bearer(agent int) http.Header {
	return http.Header{"Authorization": {"Bearer " + benchToken(agent)}}
}

// start runs the daemon and waits until it says that it is ready.
func (in installation) start(ctx context.Context, profile string) (*process, error) {
	p, err := startProcess(in.dir, "daemon", "bench", "daemon", "--config", in.config, "--profile", profile)
	if err != nil {
		return nil, err
	}
	ready := func(ctx context.Context) bool {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+in.listen+"/readyz", nil)
		if err != nil {
			return false
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	}
	if err := p.until(ctx, "the daemon is ready", ready); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

const benchContacts = 10_000

// benchDaemon measures the whole daemon in a process of its own.
func benchDaemon(ctx context.Context, o benchOptions) (result *runResult, err error) {
	d, err := newDriver(o, o.Agents)
	if err != nil {
		return nil, err
	}
	err = d.run(ctx, func(ctx context.Context) error {
		return d.daemon(ctx, o, "load", func(p *process, _ installation) error {
			result, err = d.measured(ctx, o, p)
			return err
		})
	})
	return result, err
}

// daemon starts a daemon with its agents and hands it over.
func (d *driver) daemon(ctx context.Context, o benchOptions, name string, then func(p *process, in installation) error) error {
	in, err := newInstallation(filepath.Join(o.Dir, name), d.pbx.Addr())
	if err != nil {
		return err
	}
	if err := in.seed(ctx, o.Agents, benchContacts); err != nil {
		return err
	}
	p, err := in.start(ctx, o.Profile)
	if err != nil {
		return err
	}
	defer p.stop()
	defer d.agents.close()
	if err := d.agents.connect(ctx, in.websocket, bearer); err != nil {
		return err
	}
	return then(p, in)
}
