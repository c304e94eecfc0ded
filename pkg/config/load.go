package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

// Load reads the file at path, overlays env (as os.Environ gives it) and checks
// the whole, with the given checks too. An empty path means defaults and environment
// only. The error is Faults when the configuration itself is wrong.
func Load(path string, env []string, checks ...Check) (Config, error) {
	var text []byte
	if path != "" {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return Config{}, missing(path, err)
		}
	}
	return Parse(filepath.Base(path), text, env, checks...)
}

func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return Faults{{Where: path, Field: "--config", Got: "no such file", Want: "a YAML file"}}
	}
	return fmt.Errorf("read configuration: %w", err)
}

// Parse is Load for a text; name stands for the file in messages.
func Parse(name string, text []byte, env []string, checks ...Check) (Config, error) {
	r := &reading{
		schema: schemaOf(reflect.TypeFor[Config]()),
		values: map[string]value{}, places: map[string]value{}, refused: map[string]bool{},
		name: name,
	}
	r.file(text)
	r.env(env)
	cfg, err := r.decode()
	if err != nil {
		return Config{}, err
	}
	r.check(cfg)
	for _, check := range checks {
		r.add(check(cfg))
	}
	cfg.HTTP.PublicURL = strings.TrimRight(cfg.HTTP.PublicURL, "/") // an origin has no path (RFC 6454 section 6.2)
	return cfg, r.faults.orNil()
}

// decode layers the values over the defaults.
func (r *reading) decode() (Config, error) {
	v := viper.New()
	for path, text := range defaults(reflect.ValueOf(Default()), "") {
		v.SetDefault(path, text)
	}
	if err := v.MergeConfigMap(r.tree()); err != nil {
		return Config{}, fmt.Errorf("merge configuration: %w", err)
	}
	var cfg Config
	err := v.UnmarshalExact(&cfg, func(c *mapstructure.DecoderConfig) { c.TagName = "yaml" })
	if err != nil {
		return Config{}, fmt.Errorf("decode configuration: %w", err)
	}
	return cfg, nil
}

// defaults flattens the leaves of a struct. A list is one leaf: who writes one
// writes the whole.
func defaults(v reflect.Value, prefix string) map[string]any {
	flat := map[string]any{}
	for field, inner := range v.Fields() {
		path := join(prefix, field.Tag.Get("yaml"))
		switch {
		case field.Type.Kind() == reflect.Struct:
			maps.Copy(flat, defaults(inner, path))
		default:
			flat[path] = inner.Interface()
		}
	}
	return flat
}

// tree turns the flat paths into the nested maps and lists that viper merges.
func (r *reading) tree() map[string]any {
	root := map[string]any{}
	for path, value := range r.values {
		branch, last := reach(root, path)
		branch[last] = value.any()
	}
	for path := range r.places {
		branch, last := reach(root, path)
		switch {
		case strings.HasSuffix(path, "]"): // an element with no good key at all is still an element
			descend(branch, last)
		case r.schema.branches[pattern(path)+"[]"] && branch[last] == nil: // and an empty list is not the default one
			branch[last] = []any{}
		}
	}
	return root
}

// reach goes to the branch that holds the last step of a path.
func reach(root map[string]any, path string) (branch map[string]any, last string) {
	branch, steps := root, strings.Split(path, ".")
	for _, step := range steps[:len(steps)-1] {
		branch = descend(branch, step)
	}
	return branch, steps[len(steps)-1]
}

func (v value) any() any {
	if v.list != nil {
		return v.list
	}
	return v.text
}

// descend goes to "http" or "pbx[2]" of a branch and makes what is missing.
func descend(branch map[string]any, step string) map[string]any {
	name, rest, isList := strings.Cut(step, "[")
	if !isList {
		below, ok := branch[name].(map[string]any)
		if !ok {
			below = map[string]any{}
			branch[name] = below
		}
		return below
	}
	var n int
	_, _ = fmt.Sscanf(rest, "%d]", &n) // the index was made by file or env
	list, _ := branch[name].([]any)
	for len(list) <= n {
		list = append(list, map[string]any{})
	}
	branch[name] = list
	return list[n].(map[string]any)
}
