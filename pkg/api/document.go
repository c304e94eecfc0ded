package api

import (
	_ "embed"
	"fmt"
	"io"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"gopkg.in/yaml.v3"
)

// document is the frame of the OpenAPI document. Of huma's defaults it leaves out
// the documentation page, whose scripts come from elsewhere, and the $schema
// member that would be added to every answer.
func document(version string) huma.Config {
	config := huma.DefaultConfig("callcard", version)
	config.Info.Description = "Call cards for the agents of an Asterisk PBX. Errors are RFC 9457 problem documents. " +
		"Times are RFC 3339. Live changes come over the websocket at /ws: frames {epoch, seq, type, data}; epoch and seq of the " +
		"last one, given in the address, resume after it. With alive=1 in the address the server asks {\"type\":\"alive\"}, which has no " +
		"number, each ten seconds, and who does not answer by the same text for 30 s counts as away; without it protocol pings are sent."
	config.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	config.DocsPath, config.SchemasPath = "", ""
	config.CreateHooks = nil
	config.Transformers = []huma.Transformer{withoutPasswords}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "The token that POST /api/v1/login returned"},
		"cookie": {Type: "apiKey", In: "cookie", Name: "callcard_session", Description: "The same token, set by POST /api/v1/login"},
	}
	return config
}

// withoutPasswords keeps what somebody typed to log in out of the answer, which
// proxies and browsers' consoles log.
func withoutPasswords(ctx huma.Context, _ string, v any) (any, error) {
	if problem, ok := v.(*huma.ErrorModel); ok && ctx.Operation().Path == loginPath {
		for _, one := range problem.Errors {
			one.Value = nil
		}
	}
	return v, nil
}

// WriteDocument writes the OpenAPI document, for the file that is kept with the code.
func WriteDocument(w io.Writer) error {
	s, err := newServer(Deps{Version: "dev", Metrics: http.NotFoundHandler()})
	if err != nil {
		return err
	}
	text, err := s.api.OpenAPI().MarshalJSON()
	if err != nil {
		return fmt.Errorf("encode OpenAPI document: %w", err)
	}
	_, err = w.Write(text)
	return err
}

//go:embed descriptions.yaml
var descriptions []byte

// description is what a field means and, for a string, all that it can be.
type description struct {
	Text string   `yaml:"text"`
	Enum []string `yaml:"enum"`
}

// describe adds the words that plain domain types cannot carry, and says of lists
// that they are never null, as the handlers see to.
func describe(doc *huma.OpenAPI) error {
	var texts map[string]map[string]description
	if err := yaml.Unmarshal(descriptions, &texts); err != nil {
		return fmt.Errorf("descriptions.yaml: %w", err)
	}
	general := texts["any"]
	delete(texts, "any")
	unused := maps.Clone(general)
	for name, schema := range doc.Components.Schemas.Map() {
		own := texts[name]
		delete(texts, name)
		for field, property := range schema.Properties {
			text, ok := own[field]
			delete(own, field)
			if !ok {
				if text, ok = general[field]; ok {
					delete(unused, field)
				}
			}
			text.apply(property)
		}
		if len(own) > 0 {
			return fmt.Errorf("descriptions.yaml: %s has no field %v", name, own)
		}
	}
	if len(texts) > 0 || len(unused) > 0 {
		return fmt.Errorf("descriptions.yaml: nothing fits %v %v", texts, unused)
	}
	return nil
}

func (d description) apply(property *huma.Schema) {
	if property.Type == huma.TypeArray {
		property.Nullable = false
	}
	if property.Description == "" {
		property.Description = d.Text
	}
	if property.Enum == nil {
		for _, value := range d.Enum {
			property.Enum = append(property.Enum, value)
		}
	}
}
