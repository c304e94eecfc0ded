package webhooks

import (
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"callcard/pkg/cti"
)

const (
	oldSecret = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xk" // "old-old-old-old-old-old-old"
	newerKey  = "whsec_bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3"
)

var loopback = []string{"127.0.0.0/8"}

// receiver is an endpoint that answers as told and keeps what it got.
type receiver struct {
	*httptest.Server
	answer func(http.ResponseWriter)
	got    []*http.Request
	bodies [][]byte
}

func newReceiver(t *testing.T, answer func(http.ResponseWriter)) *receiver {
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.got, r.bodies = append(r.got, request), append(r.bodies, body)
		r.answer(w)
	}))
	t.Cleanup(r.Close)
	return r
}

func answerWith(status int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(status) }
}

func send(t *testing.T, hook cti.Webhook, allow []string) Result {
	t.Helper()
	guard, err := NewGuard(allow)
	if err != nil {
		t.Fatal(err)
	}
	if hook.Format == "" {
		hook.Format = cti.FormatCallcard
	}
	c, err := newClient(hook, guard, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	return c.send(context.Background(), "msg-1", []byte(`{"type":"call.ended"}`))
}

// The receiver checks with the reference library of Standard Webhooks, by either secret.
func TestSignature(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, answerWith(204))
	hook := cti.Webhook{URL: r.URL, Secrets: []cti.WebhookSecret{{Key: newerKey}, {Key: oldSecret, Until: time.Now().Add(time.Hour)}}}
	if got := send(t, hook, loopback); got.Error != "" || got.Status != 204 {
		t.Fatalf("%+v", got)
	}
	for _, secret := range []string{newerKey, oldSecret} {
		key, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := key.Verify(r.bodies[0], r.got[0].Header); err != nil {
			t.Errorf("the receiver with %s: %v", secret, err)
		}
	}
	if got := r.got[0].Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type %s", got)
	}
}

// The vector is the one that the libraries of Standard Webhooks are tested with.
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	hook := cti.Webhook{Format: cti.FormatCallcard, Secrets: []cti.WebhookSecret{{Key: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}}
	c := &client{hook: hook, now: func() time.Time { return time.Unix(1614265330, 0) }}
	header := http.Header{}
	if err := c.sign(header, "msg_p5jXN8AQM9LWM0D4loKWxJek", []byte(`{"test": 2432232314}`)); err != nil {
		t.Fatal(err)
	}
	if got := header.Get("webhook-signature"); got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("signature %s", got)
	}
}

func TestReplacedSecretEnds(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, answerWith(200))
	send(t, cti.Webhook{URL: r.URL, Secrets: []cti.WebhookSecret{{Key: newerKey}, {Key: oldSecret, Until: time.Now().Add(-time.Second)}}}, loopback)
	if got := r.got[0].Header.Get("webhook-signature"); strings.Contains(got, " ") {
		t.Errorf("signed twice: %s", got)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		want   Result
	}{
		"taken":             {answerWith(202), Result{Status: 202}},
		"a redirect":        {func(w http.ResponseWriter) { w.Header().Set("Location", "/x"); w.WriteHeader(302) }, Result{Status: 302, Error: "302 Found"}},
		"wrong password":    {answerWith(401), Result{Status: 401, Error: "401 Unauthorized"}},
		"broken":            {func(w http.ResponseWriter) { http.Error(w, "oops", 500) }, Result{Status: 500, Error: "500 Internal Server Error", Response: "oops\n"}},
		"gone":              {answerWith(410), Result{Status: 410, Error: "410 Gone", Gone: true}},
		"too large":         {answerWith(413), Result{Status: 413, Error: "413 Request Entity Too Large", Refused: true}},
		"not its language":  {answerWith(415), Result{Status: 415, Error: "415 Unsupported Media Type", Refused: true}},
		"asks for patience": {func(w http.ResponseWriter) { w.Header().Set("Retry-After", "120"); w.WriteHeader(429) }, Result{Status: 429, Error: "429 Too Many Requests", RetryAfter: 2 * time.Minute}},
		"asks for too much": {func(w http.ResponseWriter) { w.Header().Set("Retry-After", "99999999"); w.WriteHeader(503) }, Result{Status: 503, Error: "503 Service Unavailable", RetryAfter: 24 * time.Hour}},
		"asks for nonsense": {func(w http.ResponseWriter) { w.Header().Set("Retry-After", "soon"); w.WriteHeader(503) }, Result{Status: 503, Error: "503 Service Unavailable"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, c.answer)
			if got := send(t, cti.Webhook{URL: r.URL}, loopback); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			if len(r.got) != 1 {
				t.Errorf("%d requests", len(r.got))
			}
		})
	}
}

func TestLongAnswerIsCut(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, func(w http.ResponseWriter) {
		w.WriteHeader(500)
		_, _ = io.WriteString(w, strings.Repeat("я", 1<<20))
	})
	if got := send(t, cti.Webhook{URL: r.URL}, loopback); len(got.Response) != 2048 {
		t.Errorf("%d bytes are kept", len(got.Response))
	}
}

func TestAddressThatIsNotAllowed(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, answerWith(200))
	got := send(t, cti.Webhook{URL: r.URL + "?token=s3cret"}, nil)
	if !strings.Contains(got.Error, "not public") || len(r.got) != 0 {
		t.Errorf("%+v after %d requests", got, len(r.got))
	}
	if strings.Contains(got.Error, "s3cret") {
		t.Errorf("the text shows the token: %s", got.Error)
	}
}

func TestOwnAuthority(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) }))
	t.Cleanup(server.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	if got := send(t, cti.Webhook{URL: server.URL}, loopback); !strings.Contains(got.Error, "certificate") {
		t.Errorf("an unknown authority: %+v", got)
	}
	if got := send(t, cti.Webhook{URL: server.URL, CA: ca}, loopback); got.Error != "" {
		t.Errorf("the own authority: %+v", got)
	}
}

func TestSecretsPrintAsStars(t *testing.T) {
	t.Parallel()
	hook := cti.Webhook{Secrets: []cti.WebhookSecret{{Key: oldSecret}}, Key: "PRIVATE"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := sprint(format, hook); strings.Contains(text, "b2xk") || strings.Contains(text, "PRIVATE") {
			t.Errorf("%s shows the secret: %s", format, text)
		}
	}
}

// The forms of RFC 9110, 10.2.3: seconds, or a date in one of three ways; never into the
// past, never more than a day.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	c := &client{now: func() time.Time { return now }}
	for text, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"90":                             90 * time.Second,
		"-5":                             0,
		"1.5":                            0,
		"10 minutes":                     0,
		"86401":                          24 * time.Hour,
		"4294967296":                     0, // more than any clock: as if it were not there
		"Sun, 22 Nov 2026 08:02:00 GMT":  2 * time.Minute,
		"Sunday, 22-Nov-26 08:02:00 GMT": 2 * time.Minute,
		"Sun Nov 22 08:02:00 2026":       2 * time.Minute,
		"Sun, 22 Nov 2026 07:59:00 GMT":  0,
		"Tue, 24 Nov 2026 08:00:00 GMT":  24 * time.Hour,
	} {
		if have := c.retryAfter(text); have != want {
			t.Errorf("%q is %s, want %s", text, have, want)
		}
	}
}
