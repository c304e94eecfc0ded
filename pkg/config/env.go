package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

const (
	envPrefix = "CALLCARD_"
	// maxList bounds an index, so that CALLCARD_PBX_999999999_ID costs a message, not memory.
	maxList = 64
)

var envIndex = regexp.MustCompile(`_(\d+)_`)

// env overlays what the environment says. An empty variable counts as not set,
// because that is what `KEY=` in a compose or unit file usually means.
func (r *reading) env(environ []string) {
	names := r.schema.envNames()
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		key, ours := strings.CutPrefix(name, envPrefix)
		if !ours || text == "" || fromKubernetes(key) || forDevelopers(key) {
			continue
		}
		r.variable(name, text, names)
	}
}

func (r *reading) variable(name, text string, names map[string]string) {
	where := "environment " + name
	key := strings.TrimPrefix(name, envPrefix)
	path, indices := names[envIndex.ReplaceAllString(key, "_#_")], envIndex.FindAllStringSubmatch(key, -1)
	if path == "" {
		r.faults = append(r.faults, Fault{Where: where, Field: name, Got: "an unknown variable", Want: "the name of a key, as " + envPrefix + "HTTP_LISTEN"})
		return
	}
	for _, index := range indices {
		n, err := strconv.Atoi(index[1])
		if err != nil || n >= maxList {
			r.faults = append(r.faults, Fault{Where: where, Field: name, Got: "index " + index[1], Want: fmt.Sprintf("0 to %d", maxList-1)})
			return
		}
		path = strings.Replace(path, "[]", fmt.Sprintf("[%d]", n), 1)
	}
	r.set(path, value{text: text, where: where}, r.schema.leaves[pattern(path)])
}

// envNames maps "PBX_#_AMI_SECRET" to "pbx[].ami.secret".
func (s schema) envNames() map[string]string {
	names := make(map[string]string, len(s.leaves))
	for path := range s.leaves {
		name := strings.NewReplacer("[]", "_#", ".", "_").Replace(path)
		names[strings.ToUpper(name)] = path
	}
	return names
}

// fromKubernetes: a Service called callcard makes Kubernetes set
// CALLCARD_SERVICE_HOST, CALLCARD_PORT, CALLCARD_PORT_80_TCP and more in each
// container of its namespace (kubernetes.io: "Discovering services").
func fromKubernetes(key string) bool {
	return key == "PORT" || strings.HasPrefix(key, "PORT_") || strings.HasPrefix(key, "SERVICE_")
}

// forDevelopers: what the project's own tests and tools are told by environment,
// and hand down to the daemons that they start.
func forDevelopers(key string) bool {
	for _, prefix := range []string{"LAB", "E2E", "BENCH", "URL"} {
		if key == prefix || strings.HasPrefix(key, prefix+"_") {
			return true
		}
	}
	return false
}
