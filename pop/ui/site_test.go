package ui

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func testSite(framedBy ...string) http.Handler {
	return newSite(fstest.MapFS{
		"index.html":           {Data: []byte("<html>page</html>")},
		"favicon.svg":          {Data: []byte("<svg/>")},
		"assets/index-abc1.js": {Data: []byte(strings.Repeat("let a = 1;\n", 200))},
	}, framedBy)
}

func get(t *testing.T, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	testSite().ServeHTTP(w, r)
	return w.Result()
}

func TestSiteServesFilesAndFallsBackToThePage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, path string
		status             int
		kind, cache        string
	}{
		{"root", "GET", "/", 200, "text/html", "no-cache"},
		{"page by name", "GET", "/index.html", 200, "text/html", "no-cache"},
		{"address of the page's own", "GET", "/calls/main:17.1", 200, "text/html", "no-cache"},
		{"hashed asset", "GET", "/assets/index-abc1.js", 200, "text/javascript", "public, max-age=31536000, immutable"},
		{"asset of an older build", "GET", "/assets/index-old.js", 404, "text/plain", ""},
		{"outside the folder", "GET", "/../secret.txt", 404, "text/plain", ""},
		{"head", "HEAD", "/favicon.svg", 200, "image/svg+xml", "no-cache"},
		{"write", "POST", "/", 405, "text/plain", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res := get(t, c.method, c.path)
			if res.StatusCode != c.status {
				t.Errorf("status: got %d, want %d", res.StatusCode, c.status)
			}
			if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, c.kind) {
				t.Errorf("content type: got %q, want %q", kind, c.kind)
			}
			if cache := res.Header.Get("Cache-Control"); cache != c.cache {
				t.Errorf("cache: got %q, want %q", cache, c.cache)
			}
		})
	}
}

func TestBuiltPageGoesBeforeThePlaceholder(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"index.html": {Data: []byte("not built")}}
	for _, want := range []string{"not built", "the page"} {
		for _, path := range []string{"/", "/index.html", "/anything"} {
			w := httptest.NewRecorder()
			newSite(files, nil).ServeHTTP(w, httptest.NewRequest("GET", path, http.NoBody))
			if got := w.Body.String(); got != want {
				t.Errorf("%s: got %q, want %q", path, got, want)
			}
		}
		files["app.html"] = &fstest.MapFile{Data: []byte("the page")}
	}
}

func TestSitePacksAndRevalidates(t *testing.T) {
	t.Parallel()
	res := get(t, "GET", "/assets/index-abc1.js", "Accept-Encoding", "br, gzip")
	if got := res.Header.Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("encoding: got %q, want gzip", got)
	}
	r, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil || !strings.HasPrefix(string(body), "let a = 1;") {
		t.Fatalf("body: got %.20q, %v", body, err)
	}
	again := get(t, "GET", "/assets/index-abc1.js", "Accept-Encoding", "gzip", "If-None-Match", res.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("same tag: got %d, want 304", again.StatusCode)
	}
	plain := get(t, "GET", "/assets/index-abc1.js", "Accept-Encoding", "gzip;q=0")
	if got := plain.Header.Get("Content-Encoding"); got != "" {
		t.Errorf("gzip refused: got %q, want none", got)
	}
}

func TestSiteSendsSecurityHeaders(t *testing.T) {
	t.Parallel()
	res := get(t, "GET", "/")
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'self';") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("policy: got %q, want own scripts only and no frames", policy)
	}
	if got := res.Header.Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("X-Content-Type-Options: got %q, want nosniff", got)
	}
}

func TestHandlerHoldsAPage(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest("GET", "/", http.NoBody))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "callcard") {
		t.Errorf("got %d %.80q, want the page", w.Code, w.Body.String())
	}
}

func TestOnlyAllowedPagesMayFrame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		framedBy  []string
		ancestors string
		options   string
	}{
		{nil, "frame-ancestors 'none'", "DENY"},
		{[]string{"https://crm.example.com", "https://b.example"}, "frame-ancestors 'self' https://crm.example.com https://b.example", ""},
	} {
		w := httptest.NewRecorder()
		testSite(c.framedBy...).ServeHTTP(w, httptest.NewRequest("GET", "/?embed=1", http.NoBody))
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasSuffix(policy, c.ancestors) {
			t.Errorf("%v: policy %q, want its end %q", c.framedBy, policy, c.ancestors)
		}
		if got := w.Header().Get("X-Frame-Options"); got != c.options {
			t.Errorf("%v: X-Frame-Options %q, want %q", c.framedBy, got, c.options)
		}
	}
}
