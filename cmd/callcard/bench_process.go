package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// process is a child of this same binary.
type process struct {
	cmd   *exec.Cmd
	log   *os.File
	stdin io.WriteCloser
	done  chan struct{}
}

func startProcess(dir, name string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	log, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return nil, fmt.Errorf("make the log of %s: %w", name, err)
	}
	p := &process{cmd: exec.Command(self, args...), log: log, done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		log.Close()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if err := p.cmd.Start(); err != nil {
		log.Close()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // how it ended is in its log
	}()
	return p, nil
}

const processPatience = 60 * time.Second

// stop asks the process to end and waits for it.
func (p *process) stop() {
	defer p.log.Close()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(processPatience):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// until waits for a condition, but not longer than the process lives.
func (p *process) until(ctx context.Context, what string, yes func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, processPatience)
	defer cancel()
	for !yes(ctx) {
		select {
		case <-p.done:
			return fmt.Errorf("wait until %s: the process ended: %s", what, p.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w: %s", what, ctx.Err(), p.lastWords())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func (p *process) lastWords() string {
	text, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	const most = 2000
	return string(text[max(0, len(text)-most):])
}

// cpu is the processor time used so far: fields 14 and 15 of proc(5)'s stat, in
// ticks of 10 ms (USER_HZ is 100 on every Linux of today).
func (p *process) cpu() (time.Duration, error) { return cpuOf(p.proc("stat")) }

func cpuOf(stat string) (time.Duration, error) {
	text, err := os.ReadFile(stat)
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	_, rest, _ := bytes.Cut(text, []byte(") ")) // the name in field 2 may hold blanks
	fields := bytes.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("read processor time: the stat file is short")
	}
	return ticks(fields[11:13])
}

// cpuOfAll is what all processes have used, the system itself, and what its host took from
// it: the first line of /proc/stat but for the times of rest, which are fields 5 and 6.
func cpuOfAll() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	fields := bytes.Fields(line)
	if len(fields) < 9 {
		return 0, errors.New("read processor time: /proc/stat is short")
	}
	return ticks(slices.Concat(fields[1:4], fields[6:9]))
}

func ticks(fields [][]byte) (time.Duration, error) {
	var sum int64
	for _, field := range fields {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read processor time: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * 10 * time.Millisecond, nil
}

// rss is the resident memory in bytes.
func (p *process) rss() (int64, error) {
	text, err := os.ReadFile(p.proc("status"))
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb * 1024, err
		}
	}
	return 0, errors.New("read memory: no VmRSS")
}

func (p *process) proc(file string) string {
	return fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, file)
}

// freeAddress is a loopback address that nobody listens on now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// newBenchDaemonCommand is `serve` with a profiler around it.
func newBenchDaemonCommand() *cobra.Command {
	var config, profile string
	cmd := &cobra.Command{
		Use: "daemon", Short: "The daemon under the bench's profiler", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return profiled(config, profile) },
	}
	cmd.Flags().StringVar(&config, "config", "", "configuration file")
	cmd.Flags().StringVar(&profile, "profile", "", "directory for the profiles")
	return cmd
}

func profiled(config, dir string) error {
	defer collectOnSignal(dir)()
	if dir != "" {
		cpu, err := os.Create(filepath.Join(dir, "cpu.pprof"))
		if err != nil {
			return fmt.Errorf("make the profile: %w", err)
		}
		defer cpu.Close()
		if err := pprof.StartCPUProfile(cpu); err != nil {
			return fmt.Errorf("start the profile: %w", err)
		}
		defer pprof.StopCPUProfile()
		runtime.SetMutexProfileFraction(10)
		runtime.SetBlockProfileRate(int(100 * time.Microsecond))
	}
	if code := run([]string{"serve", "--config", config, "--bench-journal"}, os.Stdin, os.Stdout, os.Stderr); code != exitOK {
		return fmt.Errorf("serve ended with %d", code)
	}
	if dir == "" {
		return nil
	}
	return errors.Join(saveProfile(dir, "allocs"), saveProfile(dir, "mutex"), saveProfile(dir, "block"))
}

// collectOnSignal gives unused memory back at SIGUSR1, as the runtime does by
// itself within some minutes: what remains is what is in use.
func collectOnSignal(dir string) (stop func()) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for range asked {
			debug.FreeOSMemory()
			if dir != "" {
				_ = saveProfile(dir, "heap") // a figure more or less
			}
		}
	}()
	return func() { signal.Stop(asked); close(asked) }
}

func saveProfile(dir, name string) error {
	file, err := os.Create(filepath.Join(dir, name+".pprof"))
	if err != nil {
		return fmt.Errorf("make the profile: %w", err)
	}
	return errors.Join(pprof.Lookup(name).WriteTo(file, 0), file.Close())
}
