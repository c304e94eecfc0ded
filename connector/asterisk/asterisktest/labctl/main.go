// Command labctl runs a lab PBX on fixed addresses for work by hand, and plays the recorded stories on it.
//
//	labctl up [22|16]       run until interrupted; prints addresses and users; a story named on standard input is played
//	labctl serve [22|16]    run on free addresses for another program: JSON commands on standard input, see serve.go
//	labctl record DIR       record every story of both versions into DIR/22 and DIR/16
//	labctl books DIR        keep what both wrote into queue_log and CDR of every story (pkg/gaps/testdata)
//	labctl list             names of the stories
package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"callcard/connector/asterisk/asterisktest"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "labctl:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	args = append(args, "", "")
	version := cmp.Or(args[1], asterisktest.V22)
	switch {
	case args[0] == "up":
		return up(version, in, out)
	case args[0] == "serve":
		return serve(version, in, out)
	case args[0] == "record" && args[1] != "":
		return record(args[1], out, asterisktest.Record)
	case args[0] == "books" && args[1] != "":
		return record(args[1], out, books)
	case args[0] == "list":
		for _, sc := range asterisktest.Scenarios() {
			fmt.Fprintf(out, "%-22s %s\n", sc.Name, sc.Story)
		}
		return nil
	}
	return errors.New("usage: labctl up [22|16] | serve [22|16] | record DIR | books DIR | list")
}

// up runs the PBX in the foreground. Lines of standard input are names of stories to play.
func up(version string, in io.Reader, out io.Writer) (err error) {
	pbx, err := asterisktest.Launch(asterisktest.Options{Version: version, Block: "127.0." + version + "."})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pbx.Close()) }()
	fmt.Fprintf(out, "Asterisk %s: AMI %s, ARI http://%s/ari, SIP %s\n", version, pbx.AMIAddr, pbx.ARIAddr, pbx.SIPAddr)
	fmt.Fprintf(out, "AMI tracking %s / %s, control %s / %s; ARI %s / %s\n", pbx.Tracking.User, pbx.Tracking.Secret,
		pbx.Control.User, pbx.Control.Secret, pbx.ARI.User, pbx.ARI.Secret)
	fmt.Fprintf(out, "recordings in %s\nname a story to play it (labctl list), Ctrl-C ends\n", pbx.RecordingsDir)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	names := make(chan string) // unbuffered: the reader waits until the story before has ended
	go func() {
		for lines := bufio.NewScanner(in); lines.Scan(); {
			names <- lines.Text()
		}
	}()
	for {
		select {
		case <-stop:
			return nil
		case name := <-names:
			if err := play(pbx, name); err != nil {
				fmt.Fprintln(out, err)
				continue
			}
			fmt.Fprintln(out, name, "is over")
		}
	}
}

func play(pbx *asterisktest.PBX, name string) error {
	sc, err := asterisktest.FindScenario(name)
	if err != nil {
		return err
	}
	stage := asterisktest.Set(pbx, sc)
	if stage.Err() == nil {
		sc.Run(stage)
	}
	return errors.Join(stage.Err(), stage.Clear())
}

// keeping plays a story and keeps something of it in dir.
type keeping func(pbx *asterisktest.PBX, sc asterisktest.Scenario, dir string) error

// books leaves out the stories in which the PBX dies: it does not finish its books.
func books(pbx *asterisktest.PBX, sc asterisktest.Scenario, dir string) error {
	if sc.Name == "killed" || sc.Name == "restart" {
		return nil
	}
	return asterisktest.KeepBooks(pbx, sc, dir)
}

func record(dir string, out io.Writer, keep keeping) error {
	for _, version := range asterisktest.Versions() {
		if err := recordVersion(version, filepath.Join(dir, version), out, keep); err != nil {
			return err
		}
	}
	return nil
}

func recordVersion(version, dir string, out io.Writer, keep keeping) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	pbx, err := asterisktest.Launch(asterisktest.Options{Version: version})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pbx.Close()) }()
	for _, sc := range asterisktest.Scenarios() {
		if err := keep(pbx, sc, dir); err != nil {
			return fmt.Errorf("record %s on %s: %w", sc.Name, version, err)
		}
		fmt.Fprintln(out, version, sc.Name)
	}
	return nil
}
