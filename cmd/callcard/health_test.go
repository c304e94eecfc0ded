package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"callcard/pkg/api"
	"callcard/pkg/config"
)

// An ARI that takes a question and never answers must not make the store look ill.
func TestAPartThatHangsIsTheOnlyOneDown(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(hanging.Close)
	t.Cleanup(func() { close(release) })
	o := newTestOffice(t)
	o.cfg.PBX[0].ARI = config.ARI{URL: hanging.URL + "/ari", Username: "callcard", Password: "s3cret"}
	o.start()
	defer o.end()

	parts := map[string]api.Part{}
	for _, part := range o.app.health() {
		parts[part.Name] = part
	}
	if part := parts["ari:main"]; part.OK || part.Detail == "" {
		t.Errorf("ari: got %+v, want down and why", part)
	}
	if part := parts["store"]; !part.OK {
		t.Errorf("store: got %+v, want up", part)
	}
}
