package api

import (
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// document is the frame of the OpenAPI document. Of huma's defaults it leaves out
// the documentation page, whose scripts come from elsewhere, and the $schema
// member that would be added to every answer.
func document(version string) huma.Config {
	config := huma.DefaultConfig("callcard", version)
	config.Info.Description = "Call cards for the agents of an Asterisk PBX. Errors are RFC 9457 problem documents. " +
		"Times are RFC 3339. Live changes come over the websocket at /ws."
	config.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	config.DocsPath, config.SchemasPath = "", ""
	config.CreateHooks = nil
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "The token that POST /api/v1/login returned"},
		"cookie": {Type: "apiKey", In: "cookie", Name: "callcard_session", Description: "The same token, set by POST /api/v1/login"},
	}
	return config
}

// WriteDocument writes the OpenAPI document, for the file that is kept with the code.
func WriteDocument(w io.Writer) error {
	text, err := newServer(Deps{Version: "dev", Metrics: http.NotFoundHandler()}).api.OpenAPI().MarshalJSON()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// describe adds the words that plain domain types cannot carry.
func describe(*huma.OpenAPI) {}
