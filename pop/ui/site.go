package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// The page that a build wrote, and the tracked placeholder.
const (
	builtPage   = "app.html"
	placeholder = "index.html"
)

// kindOf knows what a build contains; the system's own table differs from host to host.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".json", ".map", ".webmanifest":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		return ""
	}
}

// contentPolicy allows our own files only. Mantine writes its colour variables
// into <style> elements, hence 'unsafe-inline' for styles; scripts have no such
// hole. 'self' in connect-src covers ws: and wss: of the same host (CSP Level 3,
// section 6.7.2.8). Frames show the CRM's page that a card's rule names: any host
// may be in such a URL, plain http may not.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"frame-src https:; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors "

// asset is one file, compressed once at start when that saves something.
type asset struct {
	body   []byte
	packed []byte
	kind   string
	cache  string
	etag   string
}

type site struct {
	files    map[string]asset
	framedBy []string // origins
}

func newSite(files fs.FS, framedBy []string) site {
	s := site{files: map[string]asset{}, framedBy: framedBy}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err == nil {
			s.files[name] = newAsset(name, body)
		}
		return err
	})
	return s
}

func newAsset(name string, body []byte) asset {
	sum := sha256.Sum256(body)
	a := asset{body: body, kind: kindOf(name), cache: "no-cache", etag: hex.EncodeToString(sum[:12])}
	if a.kind == "" {
		a.kind = "application/octet-stream"
	}
	if strings.HasPrefix(name, "assets/") { // Vite puts a hash of the content into these names
		a.cache = "public, max-age=31536000, immutable"
	}
	if packed := pack(body); len(packed) < len(body)*9/10 {
		a.packed = packed
	}
	return a
}

func pack(body []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(body) // a Buffer does not fail
	_ = w.Close()
	return out.Bytes()
}

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	a, ok := s.files[name]
	if name == placeholder || !ok && kindOf(name) == "" { // an address of the page, such as /calls/main:17.1
		a, ok = s.page()
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	a.serve(w, r)
}

func (s site) page() (asset, bool) {
	a, ok := s.files[builtPage]
	if !ok {
		a, ok = s.files[placeholder]
	}
	return a, ok
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	body, etag := a.body, a.etag
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", a.cache)
	if a.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			body, etag = a.packed, a.etag+"-gz"
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	if strings.Contains(r.Header.Get("If-None-Match"), `"`+etag+`"`) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a client that left is no fault of ours
	}
}

// acceptsGzip honours "gzip;q=0" (RFC 9110 section 12.5.3).
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.TrimRight(weight, "0.") != "q="
		}
	}
	return false
}

func (s site) secure(h http.Header) {
	if len(s.framedBy) == 0 {
		h.Set("Content-Security-Policy", contentPolicy+"'none'")
		h.Set("X-Frame-Options", "DENY")
	} else { // X-Frame-Options cannot name origins, and browsers that know frame-ancestors ignore it
		h.Set("Content-Security-Policy", contentPolicy+"'self' "+strings.Join(s.framedBy, " "))
		h.Del("X-Frame-Options")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}
