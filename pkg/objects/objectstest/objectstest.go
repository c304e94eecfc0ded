// Package objectstest starts a real S3 server, VersityGW, for tests.
//
// A Server may be stopped and started again: what it keeps stays.
package objectstest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// version of VersityGW, as the Makefile builds it.
const version = "v1.8.0"

// Server is one S3 server with one bucket.
type Server struct {
	Endpoint  string // https, by a certificate that CA has signed
	CA        string // PEM file
	Bucket    string
	AccessKey string
	SecretKey string
	Dir       string // of the bucket's files, by their names

	binary string
	root   string
	cmd    *exec.Cmd
}

// Start starts a server for one test; it is stopped with the test. Without the program
// the test is skipped, and fails where CI=true.
func Start(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{Bucket: "calls", AccessKey: "callcard", SecretKey: "s3cret-of-callcard", binary: program(tb), root: tb.TempDir()}
	s.Endpoint = "https://" + freeAddress(tb)
	s.CA = filepath.Join(s.root, "cert.pem")
	s.Dir = filepath.Join(s.root, "data", s.Bucket)
	certificate(tb, s.CA, filepath.Join(s.root, "key.pem"))
	for _, dir := range []string{"data", "meta"} {
		if err := os.Mkdir(filepath.Join(s.root, dir), 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Cleanup(func() { s.Stop(tb) })
	s.Run(tb)
	if err := s.client(tb).MakeBucket(tb.Context(), s.Bucket, minio.MakeBucketOptions{}); err != nil {
		tb.Fatal("make a bucket: ", err)
	}
	return s
}

func program(tb testing.TB) string {
	tb.Helper()
	cache, err := os.UserCacheDir()
	if err == nil {
		path := filepath.Join(cache, "callcard", "bin", "versitygw-"+version, "versitygw")
		if _, err = os.Stat(path); err == nil {
			return path
		}
	}
	const reason = "no S3 server here: make s3 builds it"
	if os.Getenv("CI") == "true" {
		tb.Fatal(reason)
	}
	tb.Skip(reason)
	return ""
}

// Run starts the server where it is not running and waits until it answers.
func (s *Server) Run(tb testing.TB) {
	tb.Helper()
	if s.cmd != nil {
		return
	}
	// The sidecar holds what the server else writes as extended attributes, which not every file system has.
	s.cmd = exec.Command(s.binary, "--quiet", "--port", s.Endpoint[len("https://"):], "--access", s.AccessKey, "--secret", s.SecretKey,
		"--cert", s.CA, "--key", filepath.Join(s.root, "key.pem"), "posix", "--sidecar", filepath.Join(s.root, "meta"), filepath.Join(s.root, "data"))
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		tb.Fatal("start the S3 server: ", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := s.client(tb).ListBuckets(ctx)
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tb.Fatal("the S3 server does not answer: ", err)
		}
	}
}

// Stop ends the server at once, as a crash does.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // it may be gone
	_ = s.cmd.Wait()         // killed
	s.cmd = nil
}

func (s *Server) client(tb testing.TB) *minio.Client {
	tb.Helper()
	pool := x509.NewCertPool()
	if text, err := os.ReadFile(s.CA); err != nil || !pool.AppendCertsFromPEM(text) {
		tb.Fatal("read the certificate: ", err)
	}
	transport, err := minio.DefaultTransport(true)
	if err != nil {
		tb.Fatal(err)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	transport.DisableKeepAlives = true
	client, err := minio.New(s.Endpoint[len("https://"):], &minio.Options{
		Creds: credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""), Secure: true, Region: "us-east-1", Transport: transport, MaxRetries: 1,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// certificate writes one that signs itself.
func certificate(tb testing.TB, cert, key string) {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		tb.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		tb.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

// freeAddress is a loopback address nobody listens on.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
