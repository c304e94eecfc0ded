package agents

import (
	"context"
	"fmt"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// Reload reads the users again: new ones appear, changed phones and queues count from
// now on, removed users vanish. Modes and calls of those who stay are kept.
func (s *Service) Reload(ctx context.Context) error {
	users, err := s.opts.Users.Users(ctx)
	if err != nil {
		return fmt.Errorf("read users: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.agents
	s.agents, s.devices, s.bosses = map[cti.UserID]*agent{}, map[deviceKey]cti.UserID{}, nil
	for _, u := range users {
		if u.Role == cti.RoleSupervisor || u.Role == cti.RoleAdmin {
			s.bosses = append(s.bosses, u.ID)
		}
		if u.Role == cti.RoleAgent || u.Device != "" {
			s.enter(u, old[u.ID])
		}
	}
	s.reseat()
	for _, a := range s.agents {
		s.publish(a)
	}
	return nil
}

func (s *Service) enter(u cti.User, before *agent) {
	pbx := u.PBX
	if pbx == "" {
		pbx = s.opts.DefaultPBX
	}
	a := before
	if a == nil {
		a = newAgent(u, pbx, time.Now().UTC())
	}
	a.user, a.pbx = u, pbx
	s.agents[u.ID] = a
	if u.Device != "" {
		s.devices[keyOf(pbx, u.Device)] = u.ID
	}
}

// reseat gives the known members to the users as they are now.
func (s *Service) reseat() {
	for _, a := range s.agents {
		seen := map[string]cti.Member{}
		for _, q := range s.queues {
			for _, m := range q.members {
				if a.owns(m) {
					seen[m.Queue] = m
				}
			}
		}
		a.seen = seen
	}
}

func keyOf(pbx string, device cti.Device) deviceKey {
	return deviceKey{pbx: pbx, device: strings.ToLower(string(device))}
}

// UserByDevice tells whose phone a device is.
func (s *Service) UserByDevice(pbx string, device cti.Device) (cti.User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.agents[s.devices[keyOf(pbx, device)]]
	if a == nil {
		return cti.User{}, false
	}
	return a.user, true
}

// UserOf is UserByDevice for those who want the name only; "" for nobody's phone.
func (s *Service) UserOf(pbx string, device cti.Device) cti.UserID {
	u, _ := s.UserByDevice(pbx, device)
	return u.ID
}
