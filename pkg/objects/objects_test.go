package objects_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callcard/pkg/cti"
	"callcard/pkg/objects"
	"callcard/pkg/objects/objectstest"
)

func bucket(t *testing.T, s *objectstest.Server, change func(*objects.Options)) *objects.Bucket {
	t.Helper()
	opts := objects.Options{
		URL: "s3://" + s.Bucket + "/office/one", Endpoint: s.Endpoint, Region: "us-east-1", CA: s.CA,
		AccessKey: s.AccessKey, SecretKey: s.SecretKey, PathStyle: true,
	}
	if change != nil {
		change(&opts)
	}
	b, err := objects.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func file(t *testing.T, content []byte) (path, sum string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "part")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(content)
	return path, hex.EncodeToString(hash[:])
}

func TestBucket(t *testing.T) {
	t.Parallel()
	s := objectstest.Start(t)
	b := bucket(t, s, nil)
	if err := b.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<17) // 2 MiB
	path, sum := file(t, content)
	const name = "2026/11/22/r 1+ü.wav"
	for range 2 { // a repetition is harmless
		if err := b.Keep(t.Context(), name, path, sum); err != nil {
			t.Fatal(err)
		}
	}
	if lies, err := os.ReadFile(filepath.Join(s.Dir, "office", "one", name)); err != nil || !bytes.Equal(lies, content) {
		t.Fatalf("%d bytes lie below the prefix, %v", len(lies), err)
	}
	object, err := b.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	for span, want := range map[string]string{
		"bytes=3-5": "345", "bytes=2097148-": "cdef", "bytes=-3": "def", "bytes=1048576-1048579": "0123",
	} {
		answer := httptest.NewRecorder()
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		request.Header.Set("Range", span)
		http.ServeContent(answer, request, "x.wav", time.Time{}, object)
		if answer.Code != http.StatusPartialContent || answer.Body.String() != want {
			t.Errorf("%s: status %d, %.20q, want %q", span, answer.Code, answer.Body, want)
		}
	}
	if _, err := object.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(object); err != nil || !bytes.Equal(all, content) {
		t.Errorf("read %d bytes, %v", len(all), err)
	}
	for range 2 {
		if err := b.Remove(t.Context(), name); err != nil {
			t.Error("remove: ", err)
		}
	}
	if _, err := b.Open(t.Context(), name); !errors.Is(err, cti.ErrNotFound) {
		t.Errorf("open what was removed: %v", err)
	}
}

func TestBucketRefuses(t *testing.T) {
	t.Parallel()
	s := objectstest.Start(t)
	path, sum := file(t, []byte("sound"))
	for name, change := range map[string]func(*objects.Options){
		"a wrong secret":     func(o *objects.Options) { o.SecretKey = "wrong" },
		"an unknown bucket":  func(o *objects.Options) { o.URL = "s3://nobody" },
		"an unknown CA":      func(o *objects.Options) { o.CA = "" },
		"nobody is there":    func(o *objects.Options) { o.Endpoint = "https://127.0.0.1:1" },
		"http where TLS is ": func(o *objects.Options) { o.Endpoint = strings.Replace(o.Endpoint, "https", "http", 1) },
	} {
		b := bucket(t, s, change)
		var unavailable *cti.UnavailableError
		err := b.Keep(t.Context(), "x.wav", path, sum)
		if !errors.As(err, &unavailable) || b.Ping(t.Context()) == nil {
			t.Errorf("%s: keep answers %v, ping %v", name, err, b.Ping(t.Context()))
		}
		if err != nil && strings.Contains(err.Error(), s.SecretKey) {
			t.Errorf("%s: the secret is told: %v", name, err)
		}
	}
	if err := bucket(t, s, nil).Keep(t.Context(), "x.wav", path, strings.Repeat("0", 64)); err == nil || !strings.Contains(err.Error(), sum) {
		t.Errorf("another checksum: got %v", err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	junk, _ := file(t, []byte("no certificate"))
	for name, o := range map[string]objects.Options{
		"recordings.store":       {URL: "https://calls", Endpoint: "https://x"},
		"recordings.s3.endpoint": {URL: "s3://calls", Endpoint: "x:9000"},
		"recordings.s3.ca":       {URL: "s3://calls", Endpoint: "https://x", CA: junk},
	} {
		_, err := objects.Open(o)
		if invalid, ok := errors.AsType[*cti.InvalidError](err); !ok || invalid.Field != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A server that takes the connection and says nothing keeps nobody longer than his deadline.
func TestASilentServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b, err := objects.Open(objects.Options{URL: "s3://calls", Endpoint: "http://" + l.Addr().String(), Region: "us-east-1", PathStyle: true, AccessKey: "a", SecretKey: "b"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	path, sum := file(t, []byte("sound"))
	if err := b.Keep(ctx, "x.wav", path, sum); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}
