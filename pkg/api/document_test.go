package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"testing"
)

const golden = "openapi.json"

func TestOpenAPIDocument(t *testing.T) {
	t.Parallel()
	var compact, pretty bytes.Buffer
	if err := WriteDocument(&compact); err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&pretty, compact.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(golden, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, pretty.Bytes()) {
		t.Error("openapi.json is out of date: run make generate")
	}
}

// TestEveryPathParameterIsRead: an input that does not declare one is served with nothing
// in its place.
func TestEveryPathParameterIsRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\{(\w+)\}`)
	for path, methods := range doc.Paths {
		for method, operation := range methods {
			for _, match := range names.FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(operation.Parameters, func(p struct{ Name, In string }) bool { return p.Name == match[1] && p.In == "path" }) {
					t.Errorf("%s %s does not read {%s}", method, path, match[1])
				}
			}
		}
	}
}

func TestEveryFieldAndParameterIsDescribed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Summary    string
			Parameters []struct{ Name, Description string }
		}
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Description string }
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || len(doc.Paths) < 16 || len(doc.Components.Schemas) < 20 {
		t.Errorf("got OpenAPI %s with %d paths and %d schemas", doc.OpenAPI, len(doc.Paths), len(doc.Components.Schemas))
	}
	for name, schema := range doc.Components.Schemas {
		for field, property := range schema.Properties {
			if property.Description == "" {
				t.Errorf("%s.%s has no description", name, field)
			}
		}
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			for _, parameter := range op.Parameters {
				if parameter.Description == "" {
					t.Errorf("%s %s: %s has no description", method, path, parameter.Name)
				}
			}
			if op.Summary == "" {
				t.Errorf("%s %s has no summary", method, path)
			}
		}
	}
}
