package asterisktest

import (
	"embed"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/template"
)

//go:embed sipp
var sippFiles embed.FS

// sipp is one run of SIPp.
type sipp struct {
	scenario string // file under sipp/
	fill     any
	ip       string
	port     int  // 0: one of its own
	forever  bool // a phone takes any number of calls; others end after one
}

// runSIPp writes the scenario into the instance's directory and starts SIPp on it. The run's own files (messages, errors) stand
// beside the scenario and are part of what Log returns.
func (p *PBX) runSIPp(run sipp) (*process, string, error) {
	p.mu.Lock()
	p.numbered++
	n := p.numbered
	p.mu.Unlock()
	name := fmt.Sprintf("sipp/%03d-%s", n, run.scenario)
	if err := p.writeScenario(run, name); err != nil {
		return nil, "", err
	}
	if run.port == 0 {
		run.port = 6000 + 2*n
	}
	out, err := os.Create(p.host(name + ".out"))
	if err != nil {
		return nil, "", fmt.Errorf("run SIPp: %w", err)
	}
	defer out.Close()
	args := []string{
		p.block.pbx() + ":5060", "-sf", p.dir + "/" + name, "-nostdin",
		"-i", run.ip, "-p", strconv.Itoa(run.port), "-mi", run.ip, "-mp", strconv.Itoa(20000 + 4*n),
		"-trace_err", "-error_file", p.dir + "/" + name + ".err",
		"-trace_msg", "-message_file", p.dir + "/" + name + ".msg",
	}
	if !run.forever {
		args = append(args, "-m", "1")
	}
	child, err := spawn(p.root, p.dir+"/sipp", out, "/usr/bin/sipp", args...)
	if err != nil {
		return nil, "", err
	}
	p.mu.Lock()
	p.phones = append(p.phones, child)
	p.mu.Unlock()
	return child, p.host(name), nil
}

func (p *PBX) writeScenario(run sipp, name string) error {
	tmpl, err := template.ParseFS(sippFiles, "sipp/"+run.scenario)
	if err != nil {
		return fmt.Errorf("parse scenario: %w", err)
	}
	file, err := os.Create(p.host(name))
	if err != nil {
		return fmt.Errorf("write scenario: %w", err)
	}
	defer file.Close()
	if err := tmpl.Execute(file, run.fill); err != nil {
		return fmt.Errorf("fill scenario %s: %w", run.scenario, err)
	}
	return nil
}

// sippLog is what a run has to say when it failed.
func sippLog(path string) string {
	var text strings.Builder
	for _, end := range []string{".err", ".out"} {
		if b, err := os.ReadFile(path + end); err == nil && len(b) > 0 {
			text.WriteString(tail(string(b), 25) + "\n")
		}
	}
	return text.String()
}
