package asterisktest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// block is a /24 of loopback addresses that belongs to one instance: 127.a.b.1 is the PBX (with the standard ports), .10 the
// telephone company, .101 the phone 1001. Nothing else on the machine needs to be asked for free ports.
type block struct {
	prefix string
	lock   net.Listener // held as long as the instance lives; the kernel frees it whatever happens to the process
}

// takeBlock finds a block that no other instance on this machine holds. want, such as "127.16.22.", fixes it.
func takeBlock(want string) (block, error) {
	for range 50 {
		prefix := want
		if prefix == "" {
			prefix = fmt.Sprintf("127.%d.%d.", 1+rand.IntN(250), 1+rand.IntN(250))
		}
		lock, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", prefix+"254:5060")
		if err == nil {
			return block{prefix, lock}, nil
		}
		if want != "" {
			return block{}, fmt.Errorf("take the addresses %s0/24: %w", want, err)
		}
	}
	return block{}, errors.New("take loopback addresses: 50 random blocks are all in use")
}

func (b block) pbx() string      { return b.prefix + "1" }
func (b block) provider() string { return b.prefix + "10" }

// phone is the address of an extension: 1001 → .101.
func (b block) phone(extension string) string { return b.prefix + "1" + extension[2:] }

const instances = "/var/lib/callcard-lab"

// sweep removes what test binaries that were killed have left in a root: the directories whose addresses nobody holds.
func sweep(root string) error {
	left, err := filepath.Glob(filepath.Join(root, instances, "127.*.0"))
	if err != nil {
		return fmt.Errorf("look for old instances: %w", err)
	}
	for _, dir := range left {
		old, err := takeBlock(strings.TrimSuffix(filepath.Base(dir), "0"))
		if err != nil {
			continue // in use
		}
		if err := errors.Join(os.RemoveAll(dir), old.lock.Close()); err != nil {
			return fmt.Errorf("remove an old instance: %w", err)
		}
	}
	return nil
}
