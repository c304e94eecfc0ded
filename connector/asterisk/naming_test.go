package asterisk

import (
	"strings"
	"testing"

	"callcard/pkg/cti"
)

func TestNamingChannel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options NamingOptions
		channel string
		device  cti.Device
		role    cti.Role
	}{
		{"extension", NamingOptions{}, "PJSIP/1001-00000003", "PJSIP/1001", cti.RolePhone},
		{"two digits", NamingOptions{}, "SIP/21-0000a1b2", "SIP/21", cti.RolePhone},
		{"provider", NamingOptions{}, "PJSIP/trunk-00000009", "PJSIP/trunk", cti.RoleTrunk},
		{"provider with dashes", NamingOptions{}, "PJSIP/mts-msk-2-00000009", "PJSIP/mts-msk-2", cti.RoleTrunk},
		{"six digits are a provider's account", NamingOptions{}, "SIP/123456-00000001", "SIP/123456", cti.RoleTrunk},
		{"longer extensions", NamingOptions{Internal: `\d{6}`}, "SIP/123456-00000001", "SIP/123456", cti.RolePhone},
		{"IAX", NamingOptions{}, "IAX2/branch-4711", "IAX2/branch", cti.RoleTrunk},
		{"DAHDI line", NamingOptions{}, "DAHDI/1-1", "DAHDI/1", cti.RoleTrunk},
		{"DAHDI span with the number", NamingOptions{}, "DAHDI/i1/79161234567-4", "DAHDI/i1", cti.RoleTrunk},
		{"Local half", NamingOptions{}, "Local/1001@from-queue-00000002;1", "", cti.RoleLocal},
		{"announcer", NamingOptions{}, "Announcer/ARI-00000001;2", "", cti.RoleOther},
		{"conference recorder", NamingOptions{}, "CBRec/conf-1-uid-5", "", cti.RoleOther},
		{"spy", NamingOptions{}, "Snoop/1795323620.9-00000001", "", cti.RoleOther},
		{"no technology", NamingOptions{}, "garbage", "", cti.RoleOther},
		{"empty", NamingOptions{}, "", "", cti.RoleOther},
		{"zombie", NamingOptions{}, "PJSIP/1001-00000003<ZOMBIE>", "PJSIP/1001", cti.RolePhone},
		{"masquerade", NamingOptions{}, "AsyncGoto/PJSIP/trunk-00000003", "PJSIP/trunk", cti.RoleTrunk},
		{"no running number", NamingOptions{}, "PJSIP/1001", "PJSIP/1001", cti.RolePhone},
		{"trunk named like an extension", NamingOptions{Trunks: []string{"PJSIP/100"}}, "PJSIP/100-00000001", "PJSIP/100", cti.RoleTrunk},
		{"trunk by endpoint", NamingOptions{Trunks: []string{"100"}}, "SIP/100-00000001", "SIP/100", cti.RoleTrunk},
		{"other technology, same name", NamingOptions{Trunks: []string{"PJSIP/100"}}, "SIP/100-00000001", "SIP/100", cti.RolePhone},
		{"trunk by pattern", NamingOptions{Trunks: []string{"mts-*"}}, "PJSIP/mts-msk-00000001", "PJSIP/mts-msk", cti.RoleTrunk},
		{"a named phone beside configured trunks", NamingOptions{Trunks: []string{"mts-*"}}, "PJSIP/alice-00000001", "PJSIP/alice", cti.RolePhone},
		{"a named phone by configuration", NamingOptions{Phones: []string{"alice"}}, "PJSIP/alice-00000001", "PJSIP/alice", cti.RolePhone},
		{"trunks win over phones", NamingOptions{Phones: []string{"*"}, Trunks: []string{"mts"}}, "PJSIP/mts-00000001", "PJSIP/mts", cti.RoleTrunk},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, err := NewNaming(tt.options)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second answer comes from the cache
				device, role := n.Channel(tt.channel)
				if device != tt.device || role != tt.role {
					t.Errorf("%s: got %q %s, want %q %s", tt.channel, device, role, tt.device, tt.role)
				}
			}
		})
	}
}

func TestNamingMember(t *testing.T) {
	t.Parallel()
	n, err := NewNaming(NamingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		iface, state string
		want         cti.Device
	}{
		{"PJSIP/1001", "PJSIP/1001", "PJSIP/1001"},
		{"PJSIP/1001", "", "PJSIP/1001"},
		{"Local/1001@from-queue/n", "PJSIP/1001", "PJSIP/1001"},
		{"Local/1001@from-queue/n", "SIP/1001", "SIP/1001"},
		{"Local/1001@from-queue/n", "hint:1001@ext-local", "PJSIP/1001"},
		{"Local/1001@from-queue/n", "", "PJSIP/1001"},
		{"Local/1001@from-queue/n", "Local/1001@from-queue/n", "PJSIP/1001"},
		{"Local/1001/n", "", "PJSIP/1001"},
		{"hint:1001@ext-local", "", "PJSIP/1001"},
		{"Agent/1001", "Agent:1001", "Agent/1001"},
		{"Local/79161234567@outbound/n", "", "Local/79161234567@outbound/n"},
	}
	for _, tt := range tests {
		if got := n.Member(tt.iface, tt.state); got != tt.want {
			t.Errorf("%s, %s: got %q, want %q", tt.iface, tt.state, got, tt.want)
		}
	}
}

func TestNamingNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := NewNaming(NamingOptions{Trunks: []string{"[", "ok"}, Phones: []string{""}})
	if err == nil || !strings.Contains(err.Error(), "trunks") || !strings.Contains(err.Error(), "phones") {
		t.Errorf("got %v", err)
	}
	if _, err = NewNaming(NamingOptions{Internal: "("}); err == nil || !strings.Contains(err.Error(), "internal") {
		t.Errorf("got %v", err)
	}
}

func TestNamingForgetsRatherThanGrows(t *testing.T) {
	t.Parallel()
	n, err := NewNaming(NamingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range nameCache + 10 {
		n.Channel("PJSIP/x" + strings.Repeat("y", i%50) + string(rune('a'+i%26)) + strings.Repeat("0", i/1300) + "-1")
	}
	if len(n.roles) > nameCache {
		t.Errorf("got %d names", len(n.roles))
	}
}

func TestLocalPeer(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Local/1001@from-queue-00000002;1": "Local/1001@from-queue-00000002;2",
		"Local/1001@from-queue-00000002;2": "Local/1001@from-queue-00000002;1",
		"PJSIP/1001-00000001":              "",
		"Local/odd":                        "",
	} {
		if got := localPeer(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
