package asterisktest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// process is one child inside the root.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended; err is set before
	err  error
}

// spawn starts a program inside root. It dies with the test binary.
func spawn(root, dir string, out *os.File, program string, args ...string) (*process, error) {
	cmd := exec.CommandContext(context.Background(), program, args...) // ends by stop, or with us
	cmd.Path, cmd.Err = program, nil                                   // the path is valid inside the root only
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=xterm", "LC_ALL=C.UTF-8"}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s in %s: %w", program, root, err)
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// stop asks the process to end by sig and kills it when it has not ended in time.
func (p *process) stop(sig os.Signal, patience time.Duration) error {
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal %s: %w", p.cmd.Path, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
	}
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s: %w", p.cmd.Path, err)
	}
	<-p.done
	return fmt.Errorf("%s did not end in %s and was killed", p.cmd.Path, patience)
}

func (p *process) wait(deadline time.Duration) error {
	select {
	case <-p.done:
		return p.err
	case <-time.After(deadline):
		return fmt.Errorf("%s still runs after %s", p.cmd.Path, deadline)
	}
}
