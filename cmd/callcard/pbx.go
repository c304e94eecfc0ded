package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"

	"callcard/connector/ami"
	"callcard/connector/ari"
	"callcard/connector/asterisk"
	"callcard/pkg/calls"
	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/phone"
)

// pbx is the two connections to one Asterisk.
type pbx struct {
	id      string
	source  *asterisk.Source
	control *asterisk.Control // nil: callcard only watches
	ari     *ari.Client       // nil: not configured
	names   *memberNames
	// ariRecordings is the directory that ARI gives files from; "" is Asterisk's own.
	ariRecordings string
}

func (p *pbx) parts() []part {
	parts := []part{}
	if p.control != nil {
		parts = append(parts, part{"control of " + p.id, p.control.Run})
	}
	return append(parts, part{"PBX " + p.id, p.source.Run})
}

func (a *App) wirePBXes(context.Context) error {
	for _, cfg := range a.cfg.PBX {
		p, err := a.newPBX(cfg)
		if err != nil {
			return fmt.Errorf("pbx %s: %w", cfg.ID, err)
		}
		a.pbxes = append(a.pbxes, p)
	}
	return nil
}

func (a *App) newPBX(cfg config.PBX) (*pbx, error) {
	security, err := tlsConfig(cfg.AMI)
	if err != nil {
		return nil, err
	}
	connection := ami.Options{
		Address: cfg.AMI.Address, TLS: security, MD5: security == nil,
		Username: cfg.AMI.Username, Secret: ami.Secret(cfg.AMI.Secret.Reveal()), Logger: a.log,
	}
	p := &pbx{id: cfg.ID}
	if p.names, err = newMemberNames(a.cfg, cfg); err != nil {
		return nil, err
	}
	if cfg.ARI.URL != "" {
		p.ariRecordings = cfg.ARI.Recordings
		p.ari, err = ari.New(ari.Options{URL: cfg.ARI.URL, Username: cfg.ARI.Username, Password: ari.Secret(cfg.ARI.Password.Reveal())})
		if err != nil {
			return nil, err
		}
	}
	p.source, err = asterisk.NewSource(asterisk.SourceOptions{
		TranslatorOptions: asterisk.TranslatorOptions{PBX: cfg.ID, Naming: namingOptions(a.cfg, cfg), Variables: trackedVariables(cfg)},
		AMI:               connection, Sink: sink{a, p.names}, Logger: a.log,
		Ready: func() bool { return a.tracker.Backlog() == 0 },
	})
	if err != nil || cfg.Control.Username == "" {
		return p, err
	}
	connection.Username, connection.Secret = cfg.Control.Username, ami.Secret(cfg.Control.Secret.Reveal())
	p.control, err = asterisk.NewControl(asterisk.ControlOptions{PBX: cfg.ID, AMI: connection, Logger: a.log})
	return p, err
}

// sink gives each event to the tracker and, what is about queue members, to the
// agents first: a call's first event may need to know whose phone it is.
type sink struct {
	a     *App
	names *memberNames
}

func (s sink) Put(ctx context.Context, event cti.PBXEvent) error {
	s.names.put(event)
	switch event.(type) {
	case cti.MemberChanged, cti.MemberRemoved, cti.Snapshot, cti.LinkUp, cti.LinkDown:
		if err := s.a.agents.Put(ctx, event); err != nil {
			return err
		}
	}
	if e, is := event.(cti.OriginateAnswered); is && !e.Success {
		s.a.notDialled(e)
	}
	err := s.a.tracker.Put(ctx, event)
	if errors.Is(err, calls.ErrStopped) {
		return context.Canceled
	}
	return err
}

// namingOptions is what the configuration says of a PBX's names.
func namingOptions(cfg config.Config, pbx config.PBX) asterisk.NamingOptions {
	internal, err := phone.InternalPattern(cfg.Phone.Internal)
	if err != nil {
		internal = "" // config has checked it; the connector's own default is the same
	}
	return asterisk.NamingOptions{Trunks: pbx.Trunks, Phones: pbx.Phones, Internal: internal}
}

// tlsConfig is nil for a plain connection.
func tlsConfig(cfg config.AMI) (*tls.Config, error) {
	if !cfg.TLS {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(cfg.Address)
	if err != nil {
		return nil, err
	}
	security := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if cfg.CA == "" {
		return security, nil
	}
	pem, err := os.ReadFile(cfg.CA)
	if err != nil {
		return nil, fmt.Errorf("read ami.ca: %w", err)
	}
	security.RootCAs = x509.NewCertPool()
	if !security.RootCAs.AppendCertsFromPEM(pem) {
		return nil, &cti.InvalidError{Field: "ami.ca", Got: cfg.CA, Want: "a PEM file with a certificate"}
	}
	return security, nil
}
