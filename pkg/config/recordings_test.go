package config_test

import (
	"fmt"
	"strings"
	"testing"

	"callcard/pkg/config"
)

func TestBucketOfRecordings(t *testing.T) {
	t.Parallel()
	cfg, err := config.Parse("f.yaml", []byte(`recordings:
  store: s3://calls/office
  s3: {endpoint: 'https://minio:9000', access_key: a}
`), []string{"CALLCARD_RECORDINGS_S3_SECRET_KEY=hunter2"})
	if err != nil || !cfg.Recordings.InBucket() || cfg.Recordings.S3.SecretKey.Reveal() != "hunter2" || !cfg.Recordings.S3.PathStyle {
		t.Errorf("got %+v, %v", cfg.Recordings, err)
	}
	if printed := fmt.Sprintf("%+v %#v", cfg, cfg.Recordings); strings.Contains(printed, "hunter2") {
		t.Error("the secret was printed")
	}
	_, err = config.Parse("f.yaml", []byte(`recordings:
  store: s3://calls/office
  s3:
    endpoint: minio:9000
    ca: /nobody
`), nil)
	for _, want := range []string{"f.yaml:4: recordings.s3.endpoint: got \"minio:9000\"", "recordings.s3.access_key: got nothing", "recordings.s3.secret_key", "f.yaml:5: recordings.s3.ca"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want a fault with %q in\n%v", want, err)
		}
	}
	for store, good := range map[string]bool{
		"data/recordings": true, "/srv/rec": true, "s3://calls": true, "s3://calls/a/b": true,
		"s3://C": false, "s3:calls": false, "s3://": false, "https://calls": false, "s3://calls?x=1": false, "s3://a:b@calls": false,
	} {
		_, err := config.Parse("f.yaml", fmt.Appendf(nil, "recordings: {store: %q, s3: {endpoint: 'https://x', access_key: a, secret_key: b}}", store), nil)
		if (err == nil) != good {
			t.Errorf("store %q: got %v", store, err)
		}
	}
}
