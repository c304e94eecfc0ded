// Package objects keeps files in a bucket of an S3-compatible store (AWS, MinIO,
// Ceph, Garage, VersityGW and others), for the recordings.
//
// A file counts as kept when it has been read back and has its checksum: what a
// server says of checksums differs too much to lean on. Nothing waits for ever: each
// answer has to begin within answerTimeout, and the caller's context bounds the whole.
//
// A Bucket is safe for use from any goroutine.
package objects

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"callcard/pkg/cti"
)

const (
	dialTimeout = 5 * time.Second
	// answerTimeout is how long a server may think about a request that it has in full.
	answerTimeout = 30 * time.Second
	// tries of one request; whoever keeps files tries again by himself.
	tries = 2
)

// Codes of S3's error documents.
const (
	noSuchKey    = "NoSuchKey"
	noSuchBucket = "NoSuchBucket"
)

// Options of a Bucket.
type Options struct {
	URL       string // s3://bucket/prefix
	Endpoint  string // https://host:port; http for a server on this machine
	Region    string
	AccessKey string
	SecretKey string
	PathStyle bool   // https://host/bucket in place of https://bucket.host
	CA        string // PEM file with the authority of the endpoint's certificate; the system's when empty
}

// Bucket is a part of a bucket: all names are below its prefix.
type Bucket struct {
	client *minio.Client
	bucket string
	prefix string
}

// Open makes a Bucket. It does not ask the server for anything: that may be away.
func Open(opts Options) (*Bucket, error) {
	at, err := url.Parse(opts.URL)
	if err != nil || at.Scheme != "s3" || at.Host == "" {
		return nil, &cti.InvalidError{Field: "recordings.store", Got: opts.URL, Want: "s3://BUCKET or s3://BUCKET/PREFIX"}
	}
	endpoint, err := url.Parse(opts.Endpoint)
	if err != nil || endpoint.Host == "" {
		return nil, &cti.InvalidError{Field: "recordings.s3.endpoint", Got: opts.Endpoint, Want: "an address such as https://s3.example.com"}
	}
	transport, err := transport(opts.CA)
	if err != nil {
		return nil, err
	}
	lookup := minio.BucketLookupDNS
	if opts.PathStyle {
		lookup = minio.BucketLookupPath
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(opts.AccessKey, opts.SecretKey, ""),
		Secure: endpoint.Scheme == "https", Region: opts.Region, Transport: transport, BucketLookup: lookup, MaxRetries: tries,
	})
	if err != nil {
		return nil, fmt.Errorf("recordings.s3: %w", err)
	}
	return &Bucket{client: client, bucket: at.Host, prefix: strings.Trim(at.Path, "/")}, nil
}

func transport(ca string) (http.RoundTripper, error) {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: answerTimeout,
		IdleConnTimeout:       time.Minute,
		MaxIdleConnsPerHost:   8,
		DisableCompression:    true, // ranges are of the file as it is
	}
	if ca == "" {
		return t, nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, fmt.Errorf("recordings.s3.ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, &cti.InvalidError{Field: "recordings.s3.ca", Got: ca, Want: "a PEM file with a certificate"}
	}
	t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return t, nil
}

func (b *Bucket) key(name string) string { return path.Join(b.prefix, name) }

// Keep stores the file at path under name and reads it back.
func (b *Bucket) Keep(ctx context.Context, name, from, sum string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = b.client.PutObject(ctx, b.bucket, b.key(name), f, info.Size(), minio.PutObjectOptions{
		ContentType: "application/octet-stream", DisableMultipart: true,
	})
	if err != nil {
		return b.fault("put", name, err)
	}
	return b.check(ctx, name, sum)
}

func (b *Bucket) check(ctx context.Context, name, sum string) error {
	object, err := b.client.GetObject(ctx, b.bucket, b.key(name), minio.GetObjectOptions{})
	if err != nil {
		return b.fault("read back", name, err)
	}
	defer func() { _ = object.Close() }() // only read
	hash := sha256.New()
	if _, err := io.Copy(hash, object); err != nil {
		return b.fault("read back", name, err)
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != sum {
		return fmt.Errorf("s3 read back %s: its checksum is %s, want %s", name, got, sum)
	}
	return nil
}

// Open gives a file that reads from any place in it; each place asks for a range.
func (b *Bucket) Open(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	object, err := b.client.GetObject(ctx, b.bucket, b.key(name), minio.GetObjectOptions{})
	if err != nil {
		return nil, b.fault("open", name, err)
	}
	if _, err := object.Stat(); err != nil { // the first question to the server
		_ = object.Close()
		return nil, b.fault("open", name, err)
	}
	return object, nil
}

// Remove removes a file.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	err := b.fault("remove", name, b.client.RemoveObject(ctx, b.bucket, b.key(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, cti.ErrNotFound) {
		return nil
	}
	return err
}

// Ping asks whether the bucket can be used.
func (b *Bucket) Ping(ctx context.Context) error {
	found, err := b.client.BucketExists(ctx, b.bucket)
	if err == nil && !found {
		err = errors.New("there is no such bucket")
	}
	if err != nil {
		return fmt.Errorf("bucket %s: %w", b.bucket, err)
	}
	return nil
}

// fault says what of ours an error is; nil stays nil.
func (b *Bucket) fault(what, name string, err error) error {
	if err == nil {
		return nil
	}
	answer := minio.ToErrorResponse(err)
	if answer.Code == noSuchKey || answer.StatusCode == http.StatusNotFound && answer.Code != noSuchBucket {
		return fmt.Errorf("s3 %s %s: %w", what, name, cti.ErrNotFound)
	}
	return &cti.UnavailableError{What: "s3 " + b.bucket, Err: fmt.Errorf("%s %s: %w", what, name, err)}
}
