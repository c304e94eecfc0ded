package agents

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// Reload reads the users again: new ones appear, changed phones and queues count from
// now on, removed users vanish. Modes and calls of those who stay are kept. A queue that
// was taken from a profile is left when the agent goes offline.
func (s *Service) Reload(ctx context.Context) error {
	users, err := s.opts.Users.Users(ctx)
	if err != nil {
		return fmt.Errorf("read users: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users != nil && reflect.DeepEqual(s.users, users) {
		return nil // it is asked every few seconds
	}
	s.users = slices.Clone(users)
	old, profiles := s.agents, map[cti.UserID]*profile{}
	for id, a := range old {
		profiles[id] = &profile{iface: a.user.Interface, queues: a.user.Queues}
	}
	s.agents, s.bosses = map[cti.UserID]*agent{}, nil
	s.devices, s.members = map[deviceKey]cti.UserID{}, map[deviceKey]cti.UserID{}
	for _, u := range users {
		if u.Role == cti.RoleSupervisor || u.Role == cti.RoleAdmin {
			s.bosses = append(s.bosses, u.ID)
		}
		if u.Role == cti.RoleAgent || u.Device != "" {
			s.enter(u, old[u.ID])
		}
	}
	s.index()
	s.sort()
	s.reseat()
	for id, a := range s.agents {
		switch was := profiles[id]; {
		case !a.known && len(a.seen) > 0:
			s.adopt(a, time.Now())
		case a.known && a.want.mode != cti.ModeOffline && was != nil && !was.same(a.user):
			s.pursue(a, true)
		}
		s.publish(a)
	}
	return nil
}

// profile is what of a user decides where he is a member.
type profile struct {
	iface  string
	queues []string
}

func (p *profile) same(u cti.User) bool {
	return p.iface == u.Interface && slices.Equal(p.queues, u.Queues)
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
	if u.Interface != "" {
		s.members[keyOf(pbx, cti.Device(u.Interface))] = u.ID
	}
}

// owner is the agent a queue member stands for: by the interface he is configured with,
// else by the phone behind the member's interface.
func (s *Service) owner(m cti.Member) *agent {
	if a := s.agents[s.members[keyOf(m.PBX, cti.Device(m.Interface))]]; a != nil {
		return a
	}
	if m.Device == "" {
		return nil
	}
	return s.agents[s.devices[keyOf(m.PBX, m.Device)]]
}

// reseat gives the known members to the users as they are now.
func (s *Service) reseat() {
	for _, a := range s.agents {
		a.seen = map[string]cti.Member{}
	}
	for _, q := range s.queues {
		for _, m := range q.members {
			if a := s.owner(m); a != nil {
				a.seen[m.Queue] = m
			}
		}
	}
}

func keyOf(pbx string, device cti.Device) deviceKey {
	return deviceKey{pbx: pbx, device: strings.ToLower(string(device))}
}

// index is what the tracker and the cards ask for every ring: it is never written
// again, so that they need not wait for the lock.
func (s *Service) index() {
	phones := make(map[deviceKey]cti.User, 2*len(s.devices))
	for key, id := range s.devices {
		user := s.agents[id].user
		phones[key] = user
		phones[deviceKey{key.pbx, string(user.Device)}] = user
	}
	s.phones.Store(&phones)
}

func (s *Service) sort() {
	s.order = slices.Collect(maps.Values(s.agents))
	slices.SortFunc(s.order, func(x, y *agent) int {
		return cmp.Or(strings.Compare(x.user.Name, y.user.Name), strings.Compare(string(x.user.ID), string(y.user.ID)))
	})
}

// UserByDevice tells whose phone a device is.
func (s *Service) UserByDevice(pbx string, device cti.Device) (cti.User, bool) {
	phones := *s.phones.Load()
	user, ok := phones[deviceKey{pbx, string(device)}]
	if !ok {
		user, ok = phones[keyOf(pbx, device)]
	}
	return user, ok
}

// UserOf is UserByDevice for those who want the name only; "" for nobody's phone.
func (s *Service) UserOf(pbx string, device cti.Device) cti.UserID {
	u, _ := s.UserByDevice(pbx, device)
	return u.ID
}
