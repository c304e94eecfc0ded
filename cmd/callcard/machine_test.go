package main

import "testing"

func TestMemoryThere(t *testing.T) {
	const info = "MemTotal:       24576000 kB\nMemFree:         1000000 kB\n"
	for _, c := range []struct {
		limit, info string
		want        uint64
	}{
		{"536870912\n", info, 512 << 20},
		{"max\n", info, 24576000 << 10},
		{"", info, 24576000 << 10},
		{"", "", 0},
		{"", "MemTotal: many kB\n", 0},
	} {
		if got := memoryThere([]byte(c.limit), []byte(c.info)); got != c.want {
			t.Errorf("%q, %q: got %d, want %d", c.limit, c.info, got, c.want)
		}
	}
}

func TestGarbageFitsTheMachine(t *testing.T) {
	for there, want := range map[uint64]uint64{0: 64 << 20, 512 << 20: 64 << 20, 2 << 30: 256 << 20, 24 << 30: 1 << 30} {
		if got := garbageFor(there); got != want {
			t.Errorf("of %d MB: got %d MB, want %d", there>>20, got>>20, want>>20)
		}
	}
}
