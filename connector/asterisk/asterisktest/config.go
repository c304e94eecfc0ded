package asterisktest

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed etc
var labFiles embed.FS

// Phones are the extensions that pjsip.conf of the samples knows.
func Phones() []string { return []string{"1001", "1002", "1003", "1004", "1005"} }

// settings fill the templates under etc/.
type settings struct {
	Dir      string // of the instance, as seen from inside the root
	Modules  string
	Name     string
	IP       string
	Provider string
	Phones   []string
}

// configure writes the instance's etc directory: the shipped samples word for word in etc/samples, and for each of them a
// file that includes it and then the lab's overlay. Files that only a lab needs come from etc/ as they are.
func configure(etc, version string, set settings) error {
	samples, err := samplesDir()
	if err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(etc, "samples"), os.DirFS(samples)); err != nil {
		return fmt.Errorf("copy dialplan-samples: %w", err)
	}
	shipped, err := filepath.Glob(filepath.Join(samples, "*.conf"))
	if err != nil {
		return fmt.Errorf("list dialplan-samples: %w", err)
	}
	for _, file := range shipped {
		name := filepath.Base(file)
		if err := os.WriteFile(filepath.Join(etc, name), []byte("#include samples/"+name+"\n"), 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	if err := moveSite(samples, etc, set); err != nil {
		return err
	}
	if version == V22 {
		// The samples offer two spellings of the same event filter; the new one is understood by 22 only.
		include := []byte("#include samples/manager_filter_new.conf\n")
		if err := os.WriteFile(filepath.Join(etc, "manager_filter.conf"), include, 0o644); err != nil {
			return fmt.Errorf("write manager_filter.conf: %w", err)
		}
	}
	return fs.WalkDir(labFiles, "etc", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return render(path, filepath.Join(etc, entry.Name()), filepath.Dir(path) == "etc/overlay", set)
	})
}

// moveSite writes pjsip_site.conf, the one file that says where the PBX and the telephone company are, with the lab's addresses.
func moveSite(samples, etc string, set settings) error {
	site, err := os.ReadFile(filepath.Join(samples, "pjsip_site.conf"))
	if err != nil {
		return fmt.Errorf("read pjsip_site.conf: %w", err)
	}
	moved := strings.NewReplacer("0.0.0.0", set.IP, "203.0.113.10", set.Provider).Replace(string(site))
	if err := os.WriteFile(filepath.Join(etc, "pjsip_site.conf"), []byte(moved), 0o644); err != nil {
		return fmt.Errorf("write pjsip_site.conf: %w", err)
	}
	return nil
}

// render fills one template; an overlay goes behind the include of its sample.
func render(path, target string, overlay bool, set settings) (err error) {
	tmpl, err := template.ParseFS(labFiles, path)
	if err != nil {
		return fmt.Errorf("parse %s: %w", path, err)
	}
	flags := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if overlay {
		flags = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	out, err := os.OpenFile(target, flags, 0o644)
	if err != nil {
		return fmt.Errorf("write %s: %w", target, err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := tmpl.Execute(out, set); err != nil {
		return fmt.Errorf("fill %s: %w", path, err)
	}
	return nil
}

// samplesDir finds dialplan-samples from the working directory upwards: tests run in their package's folder.
func samplesDir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find dialplan-samples: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "dialplan-samples"), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("find dialplan-samples: no go.mod above the working directory")
		}
		dir = up
	}
}
