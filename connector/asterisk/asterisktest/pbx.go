package asterisktest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Options choose an instance.
type Options struct {
	Version string                 // V22 or V16
	Name    string                 // the PBX's systemname, the beginning of every Uniqueid; "pbx22" when empty
	Block   string                 // fixed loopback addresses such as "127.22.1."; free ones when empty
	Sample  func(etc string) error // changes the written configuration before the start, when not nil
}

// Credentials of an AMI or ARI user.
type Credentials struct{ User, Secret string }

// PBX is a running Asterisk.
type PBX struct {
	Version       string
	Name          string
	AMIAddr       string      // host:port
	ARIAddr       string      // host:port of HTTP
	SIPAddr       string      // host:port
	Tracking      Credentials // of the shipped manager.conf: follows calls
	Control       Credentials // of the shipped manager.conf: acts
	ARI           Credentials
	Lab           Credentials // may do and see all
	Recorder      Credentials // may do all and sees all but noise
	RecordingsDir string      // MixMonitor's directory, as this machine sees it
	QueueLog      string      // Asterisk's file, as this machine sees it
	CDR           string      // what cdr_csv writes, as this machine sees it
	Witness       *Witness    // as Lab; replaced by each start

	root  string // of the version
	dir   string // of the instance inside root
	block block
	log   *os.File

	mu       sync.Mutex
	asterisk *process
	phones   []*process
	numbered int // SIPp processes so far: gives each its ports
}

const (
	bootPatience = 60 * time.Second // it takes 5 s alone; a busy machine starts several at once
	stopPatience = 15 * time.Second
)

// Launch starts an instance. Tests use Start.
func Launch(opt Options) (*PBX, error) {
	root, err := Install(opt.Version)
	if err != nil {
		return nil, err
	}
	if err := sweep(root); err != nil {
		return nil, err
	}
	taken, err := takeBlock(opt.Block)
	if err != nil {
		return nil, err
	}
	if opt.Name == "" {
		opt.Name = "pbx" + opt.Version
	}
	p := &PBX{
		Version: opt.Version, Name: opt.Name, root: root, block: taken,
		dir:      instances + "/" + taken.prefix + "0",
		AMIAddr:  taken.pbx() + ":5038",
		ARIAddr:  taken.pbx() + ":8088",
		SIPAddr:  taken.pbx() + ":5060",
		Tracking: Credentials{"callcard", "change-me-tracking"},
		Control:  Credentials{"callcard-control", "change-me-control"},
		ARI:      Credentials{"callcard", "change-me-ari"},
		Lab:      Credentials{"lab", "lab"},
		Recorder: Credentials{"recorder", "recorder"},
	}
	p.RecordingsDir = p.host("spool/monitor")
	p.QueueLog, p.CDR = p.host("log/queue_log"), p.host("log/cdr-csv/Master.csv")
	if err := p.prepare(opt); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	if err := p.StartAgain(); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// HostPath turns a path that Asterisk speaks of, such as MIXMONITOR_FILENAME, into one of this machine.
func (p *PBX) HostPath(inside string) string { return filepath.Join(p.root, inside) }

// host is the path of an instance's file on this machine.
func (p *PBX) host(name string) string { return filepath.Join(p.root, p.dir, name) }

func (p *PBX) prepare(opt Options) error {
	if err := os.RemoveAll(p.host("")); err != nil {
		return fmt.Errorf("clear the instance's directory: %w", err)
	}
	for _, sub := range []string{"etc", "run", "log/cdr-csv", "spool/monitor", "db", "cache", "sipp"} {
		if err := os.MkdirAll(p.host(sub), 0o755); err != nil {
			return fmt.Errorf("make the instance's directory: %w", err)
		}
	}
	set := settings{
		Dir: p.dir, Name: p.Name, IP: p.block.pbx(), Provider: p.block.provider(), Phones: Phones(),
		Modules: "/usr/lib/asterisk/modules",
	}
	if found, err := filepath.Glob(p.root + "/usr/lib/*/asterisk/modules"); err == nil && len(found) == 1 {
		set.Modules = found[0][len(p.root):] // multiarch path of newer packages
	}
	if err := configure(p.host("etc"), p.Version, set); err != nil {
		return err
	}
	if opt.Sample != nil {
		if err := opt.Sample(p.host("etc")); err != nil {
			return err
		}
	}
	log, err := os.Create(p.host("log/console"))
	if err != nil {
		return fmt.Errorf("open the console log: %w", err)
	}
	p.log = log
	return nil
}

// StartAgain starts the Asterisk of an instance that was killed or stopped, on the same addresses.
func (p *PBX) StartAgain() error {
	child, err := spawn(p.root, "/", p.log, "/usr/sbin/asterisk", "-f", "-C", p.dir+"/etc/asterisk.conf")
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.asterisk = child
	p.mu.Unlock()
	return p.awaitBoot(child)
}

// awaitBoot connects the witness; AMI listens before the modules are loaded, so the word that counts is FullyBooted.
func (p *PBX) awaitBoot(child *process) error {
	late := time.After(bootPatience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		w, err := DialWitness(p.AMIAddr, p.Lab.User, p.Lab.Secret, nil)
		if err == nil {
			if _, err = w.Await(bootPatience, Match{"Event": "FullyBooted"}); err != nil {
				return errors.Join(err, w.Close())
			}
			p.Witness = w
			return nil
		}
		select {
		case <-child.done:
			return fmt.Errorf("asterisk %s ended while starting: %w; its last words:\n%s", p.Version, child.err, p.LogTail(30))
		case <-late:
			return fmt.Errorf("asterisk %s is not ready after %s: %w; its last words:\n%s", p.Version, bootPatience, err, p.LogTail(30))
		case <-tick.C:
		}
	}
}

// Restart is "core restart now": calls are cut, AMI says Shutdown, and the PBX comes back by itself.
func (p *PBX) Restart() error {
	old := p.Witness
	if out, err := p.CLI("core restart now"); err != nil {
		return fmt.Errorf("restart asterisk: %w: %s", err, out)
	}
	if err := old.AwaitEnd(stopPatience); err != nil {
		return fmt.Errorf("restart asterisk: %w", err)
	}
	return errors.Join(old.Close(), p.awaitBoot(p.asterisk))
}

// Kill ends Asterisk as a power cut would.
func (p *PBX) Kill() error { return p.end(syscall.SIGKILL) }

// Stop ends Asterisk in order.
func (p *PBX) Stop() error { return p.end(syscall.SIGTERM) }

func (p *PBX) end(sig syscall.Signal) error {
	p.mu.Lock()
	child := p.asterisk
	p.asterisk = nil
	p.mu.Unlock()
	if child == nil {
		return nil
	}
	err := child.stop(sig, stopPatience)
	if p.Witness != nil {
		err = errors.Join(err, p.Witness.Close())
		p.Witness = nil
	}
	return err
}

// Close ends everything and removes the instance's directory.
func (p *PBX) Close() error {
	p.mu.Lock()
	phones := p.phones
	p.mu.Unlock()
	var errs []error
	for _, phone := range phones {
		errs = append(errs, phone.stop(syscall.SIGKILL, stopPatience))
	}
	errs = append(errs, p.end(syscall.SIGKILL), p.block.lock.Close())
	if p.log != nil {
		errs = append(errs, p.log.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(p.host("")))...)
}

// CLI runs a command of Asterisk's command line and returns what it prints.
func (p *PBX) CLI(command string) (string, error) {
	out, err := os.CreateTemp(p.host("run"), "cli-")
	if err != nil {
		return "", fmt.Errorf("run %q: %w", command, err)
	}
	defer out.Close()
	child, err := spawn(p.root, "/", out, "/usr/sbin/asterisk", "-C", p.dir+"/etc/asterisk.conf", "-rx", command)
	if err != nil {
		return "", err
	}
	err = child.wait(30 * time.Second)
	text, readErr := os.ReadFile(out.Name())
	return string(text), errors.Join(err, readErr)
}

// LogTail returns the last lines of Asterisk's log.
func (p *PBX) LogTail(lines int) string {
	text, err := os.ReadFile(p.host("log/full"))
	if err != nil || len(text) == 0 {
		text, err = os.ReadFile(p.host("log/console"))
	}
	if err != nil {
		return err.Error()
	}
	return tail(string(text), lines)
}
