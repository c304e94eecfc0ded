package config_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/config"
)

const sample = "../../configs/callcard.yaml"

func TestSampleEqualsDefaults(t *testing.T) {
	t.Parallel()
	got, err := config.Load(sample, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Default(), got); diff != "" {
		t.Errorf("configs/callcard.yaml is not the defaults (-default +sample):\n%s", diff)
	}
}

func TestSampleShowsEveryKeyOfAPBX(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "pbx: []\n")
	example, _, _ = strings.Cut(example, "\n\n")
	example = regexp.MustCompile(`(?m)^#`).ReplaceAllString(example, "")
	cfg, err := config.Parse("example", []byte(example), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := config.PBX{
		ID:        "main",
		AMI:       config.AMI{Address: "127.0.0.1:5038", Username: "callcard", Secret: "change-me"},
		Control:   config.Control{Username: "callcard-control", Secret: "change-me-too", Context: "from-internal", Dial: "digits"},
		ARI:       config.ARI{URL: "http://127.0.0.1:8088/ari", Username: "callcard", Password: "change-me", Recordings: "/var/spool/asterisk/recording"},
		Trunks:    []string{"PJSIP/provider"},
		Phones:    []string{"PJSIP/desk-*"},
		Variables: []string{"CONTRACT", "LANGUAGE"},
		Queues:    []config.Queue{{Name: "sales", Title: "Sales department", Extension: "601"}},
		DIDs: []config.DID{
			{Number: "+74951234567", Title: "Main number", Group: "office", Calendar: "hotline"},
			{Pattern: "7495123456[89]", Title: "Advertising", Group: "office"},
		},
		Recordings: config.PBXRecordings{Dir: "/var/spool/asterisk/monitor"},
		QueueLog: config.QueueLog{
			File: "/var/log/asterisk/queue_log", URL: "postgres://reader:secret@db.example.com/asterisk", Table: "queue_log", Zone: "Europe/Moscow",
		},
		CDR: config.CDR{
			File: "/var/log/asterisk/cdr-csv/Master.csv", Zone: "UTC", URL: "postgres://reader:secret@db.example.com/asterisk", Table: "cdr",
			Columns: []string{
				"accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
				"duration", "billsec", "disposition", "amaflags", "uniqueid", "peeraccount", "linkedid", "sequence",
			},
		},
	}
	if len(cfg.PBX) != 1 || !cmp.Equal(cfg.PBX[0], want) {
		t.Errorf("the example gives %#v\n%s", cfg.PBX, cmp.Diff(want, cfg.PBX[0]))
	}
	for _, key := range []string{"tls:", "ca:"} {
		if !strings.Contains(example, key) {
			t.Errorf("the example does not show %s", key)
		}
	}
}

func TestSampleShowsAWebhook(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "  endpoints: []\n")
	example, _, _ = strings.Cut(example, "\n\n")
	example = "webhooks:\n  endpoints:\n" + regexp.MustCompile(`(?m)^#`).ReplaceAllString(example, "")
	cfg, err := config.Parse("example", []byte(example), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Webhook{
		ID: "crm", URL: "https://crm.example.com/callcard", Format: "callcard", Events: []string{"call.ended", "callback.*"},
		Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	}
	if got := cfg.Webhooks.Endpoints; len(got) != 1 || !cmp.Equal(got[0], want) {
		t.Errorf("the example gives %#v", got)
	}
}

func TestWebhookFaults(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("f.yaml", []byte(`webhooks:
  endpoints:
  - {id: a, url: 'ftp://x', events: ['*'], secret: whsec_short, format: xml}
  - {id: a, url: 'https://x', events: ['*'], key: /dev/null}
`), nil)
	for _, want := range []string{
		"f.yaml:3: webhooks.endpoints[0].url", "f.yaml:3: webhooks.endpoints[0].secret: got \"****\"",
		"f.yaml:3: webhooks.endpoints[0].format", "f.yaml:4: webhooks.endpoints[1].id", "f.yaml:4: webhooks.endpoints[1].certificate",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want a fault with %q in\n%v", want, err)
		}
	}
}

func TestEnvironmentWins(t *testing.T) {
	t.Parallel()
	cfg, err := config.Parse("f.yaml", []byte("http: {listen: ':1'}\npbx:\n- {id: a, ami: {address: 'a:5038', username: u, secret: file}}\n"), []string{
		"PATH=/bin",
		"CALLCARD_HTTP_LISTEN=:2",
		"CALLCARD_HTTP_PUBLIC_URL=https://cc.example.com",
		"CALLCARD_POP_LOOKUP=700ms",
		"CALLCARD_PBX_0_AMI_SECRET=0123",
		"CALLCARD_PBX_0_AMI_TLS=true",
		"CALLCARD_PBX_0_TRUNKS=PJSIP/one, PJSIP/two",
		"CALLCARD_PBX_1_ID=b",
		"CALLCARD_PBX_1_AMI_ADDRESS=b:5038",
		"CALLCARD_PBX_1_AMI_USERNAME=u2",
		"CALLCARD_PBX_1_AMI_SECRET=s2",
		"CALLCARD_REDIS_URL=",
		"CALLCARD_SERVICE_HOST=10.0.0.1",
		"CALLCARD_PORT_80_TCP=tcp://10.0.0.1:80",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.HTTP = config.HTTP{Listen: ":2", PublicURL: "https://cc.example.com", TrustedProxies: []string{}, EmbedOrigins: []string{}}
	want.Pop.Lookup = 700 * time.Millisecond
	want.PBX = []config.PBX{
		{ID: "a", AMI: config.AMI{Address: "a:5038", Username: "u", Secret: "0123", TLS: true}, Trunks: []string{"PJSIP/one", "PJSIP/two"}},
		{ID: "b", AMI: config.AMI{Address: "b:5038", Username: "u2", Secret: "s2"}},
	}
	if diff := cmp.Diff(want, cfg); diff != "" {
		t.Error(diff)
	}
}

func TestAllFaultsAtOnceWithTheirPlace(t *testing.T) {
	t.Parallel()
	const text = `http:
  listen: nowhere
  publik_url: x
store: {url: "mysql://root:hunter2@db/x"}
redis: 5
pop:
  lookup: soon
log:
  level: loud
  level: info
phone:
  region: [RU]
  internal: "5-2"
pbx:
  - id: main
    ami:
      address: pbx
      secret: s3cret
      tls: perhaps
    trunks: {a: b}
    control:
      username: c
  - id: main
    ami: {address: "h:5038", username: u, secret: s}
    ari: {url: "http://h:8088/ari"}
`
	_, err := config.Parse("callcard.yaml", []byte(text), []string{"CALLCARD_LOG_FORMAT=xml", "CALLCARD_NO_SUCH=1", "CALLCARD_PBX_99_ID=x"})
	want := strings.Split(strings.TrimSpace(`
environment CALLCARD_NO_SUCH: CALLCARD_NO_SUCH: got an unknown variable, want the name of a key, as CALLCARD_HTTP_LISTEN
environment CALLCARD_PBX_99_ID: CALLCARD_PBX_99_ID: got index 99, want 0 to 63
environment CALLCARD_LOG_FORMAT: log.format: got "xml", want text or json
callcard.yaml:2: http.listen: got "nowhere", want HOST:PORT or :PORT
callcard.yaml:3: http.publik_url: got an unknown key, want one of embed_origins, listen, public_url, trusted_proxies
callcard.yaml:4: store.url: got "mysql://root:xxxxx@db/x", want sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME
callcard.yaml:5: redis: got "5", want keys: url
callcard.yaml:7: pop.lookup: got "soon", want a duration from 50ms to 30s
callcard.yaml:9: log.level: got "loud", want debug, info, warn or error
callcard.yaml:10: log.level: got the key a second time, want it once
callcard.yaml:12: phone.region: got a list, want a country as two capital letters, such as RU
callcard.yaml:13: phone.internal: got "5-2", want a count of digits such as 2-5, or a regular expression
callcard.yaml:17: pbx[0].ami.address: got "pbx", want HOST:PORT of Asterisk's manager, such as 127.0.0.1:5038
callcard.yaml:17: pbx[0].ami.username: got nothing, want a user of manager.conf
callcard.yaml:19: pbx[0].ami.tls: got "perhaps", want true or false
callcard.yaml:20: pbx[0].trunks: got keys, want endpoints such as PJSIP/trunk (* for any characters), separated by commas
callcard.yaml:22: pbx[0].control.secret: got nothing, want the secret of that user, because control.username is set
callcard.yaml:23: pbx[1].id: got "main", want another id than that of pbx[0]
callcard.yaml:25: pbx[1].ari.password: got nothing, want the password of that user, because ari.url is set
callcard.yaml:25: pbx[1].ari.username: got nothing, want a user of ari.conf, because ari.url is set
`), "\n")
	if err == nil {
		t.Fatal("a configuration full of faults was taken")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestNamesOfTheOffice(t *testing.T) {
	t.Parallel()
	const text = `pbx:
  - id: main
    ami: {address: "h:5038", username: u, secret: s}
    trunks: ["PJSIP/[x"]
    phones: PJSIP/a, PJSIP/[
    variables:
      - CONTRACT
      - "${CONTRACT}"
    queues:
      - {name: sales, title: Sales}
      - name: sales
    dids:
      - {title: Nothing}
      - {number: "1", pattern: "1"}
      - pattern: "74951("
        titel: x
      - {number: "1"}
`
	_, err := config.Parse("f.yaml", []byte(text), []string{"CALLCARD_PBX_0_QUEUES_2_NAME=late"})
	want := strings.Split(strings.TrimSpace(`
f.yaml:2: pbx[0].queues[2].title: got nothing, want what people call the queue
f.yaml:4: pbx[0].trunks[0]: got "PJSIP/[x", want endpoints such as PJSIP/trunk (* for any characters), separated by commas
f.yaml:5: pbx[0].phones[1]: got "PJSIP/[", want endpoints such as PJSIP/anna (* for any characters), separated by commas
f.yaml:8: pbx[0].variables[1]: got "${CONTRACT}", want names of channel variables such as CONTRACT, separated by commas
f.yaml:11: pbx[0].queues[1].name: got "sales", want another name than that of pbx[0].queues[0]
f.yaml:11: pbx[0].queues[1].title: got nothing, want what people call the queue
f.yaml:13: pbx[0].dids[0].number: got nothing, want a number of ours, or else a pattern
f.yaml:14: pbx[0].dids[1].number: got "1", want a number of ours, or else a pattern
f.yaml:15: pbx[0].dids[2].pattern: got "74951(", want a regular expression for the whole number
f.yaml:16: pbx[0].dids[2].titel: got an unknown key, want one of calendar, group, number, pattern, title
f.yaml:17: pbx[0].dids[3].number: got "1", want another number than that of pbx[0].dids[1]
`), "\n")
	if diff := cmp.Diff(want, strings.Split(fmt.Sprint(err), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestOtherChecksGetTheirLines(t *testing.T) {
	t.Parallel()
	const text = `log: {level: loud}
rules:
  - name: a
    when: kueue == "x"
    blocks:
      - identity
    open:
      url: x
    variables:
      - {name: A}
`
	check := func(cfg config.Config) []config.Fault {
		want := config.Rule{Name: "a", When: `kueue == "x"`, Blocks: []string{"identity"}, Open: config.RuleOpen{URL: "x"}, Variables: []config.RuleVariable{{Name: "A"}}}
		if len(cfg.Rules) != 1 || !cmp.Equal(cfg.Rules[0], want) {
			t.Error(cmp.Diff([]config.Rule{want}, cfg.Rules))
		}
		return []config.Fault{
			{Field: "rules[0].variables[0].label", Got: "", Want: "b"},
			{Field: "rules[0].open.url", Got: "x", Want: "c"},
			{Field: "rules[0].blocks[0]", Got: "identity", Want: "d"},
			{Field: "rules[0].when", Got: `kueue == "x"`, Want: "e"},
			{Field: "rules[0].open.when", Got: "f", Want: "f"},
		}
	}
	_, err := config.Parse("f.yaml", []byte(text), nil, check)
	want := `f.yaml:1: log.level: got "loud", want debug, info, warn or error
f.yaml:4: rules[0].when: got "kueue == \"x\"", want e
f.yaml:6: rules[0].blocks[0]: got "identity", want d
f.yaml:8: rules[0].open.url: got "x", want c
f.yaml:8: rules[0].open.when: got "f", want f
f.yaml:10: rules[0].variables[0].label: got nothing, want b`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Error(diff)
	}
}

func TestOddFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty":               {"", ""},
		"comment only":        {"# nothing\n", ""},
		"key without value":   {"http:\n  listen:\npbx:\n", ""},
		"anchor":              {"pbx:\n- {id: a, ami: &m {address: 'a:1', username: u, secret: s}}\n- {id: b, ami: *m}\n", ""},
		"no mapping":          {"- a\n", "c.yaml:1: file: got a list, want keys: agents, audit, calendar, calendars, callbacks, desk, facts, http, journal, log, pbx, phone, pop, recordings, redis, rules, store, webhooks"},
		"broken":              {"http:\n\tlisten: x\n", "c.yaml:2: file: got found character that cannot start any token, want YAML"},
		"secret in no quotes": {"http:\n  listen: *hunter2\n", "c.yaml: file: got a value that begins with *, want it in quotes"},
		"two documents":       {"http: {}\n---\nhttp: {}\n", "c.yaml:1: file: got more than one document, want one"},
		"element is text":     {"pbx: [main]\n", "c.yaml:1: pbx[0]: got \"main\", want keys: ami, ari, cdr, control, dids, id, phones, queue_log, queues, recordings, trunks, variables"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("c.yaml", []byte(c.text), nil)
			if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for key, list := range map[string]map[string]bool{
		"http.listen":     {":80": true, "[::1]:80": true, "h:0": true, "h": false, "h:x": false, ":99999": false},
		"http.public_url": {"https://h": true, "http://h:8080/": true, "h": false, "https://h/p": false, "ftp://h": false, "https://u@h": false},
		"store.url":       {"sqlite:x.db": true, "sqlite:": false, "postgres://h/x": true, "postgres:///x?host=/run": true, "x.db": false},
		"redis.url":       {"embedded": true, "redis://h": true, "rediss://h:1/2": true, "redis+sentinel://h?master_name=m": true, "redis+magic://h": false, "h:6379": false, "unix:///run/redis.sock": true},
		"phone.internal":  {"3": true, "2-5": true, "[0-9]{4}": true, "5-2": false, "[": false, "0-3": true},
		"phone.region":    {"RU": true, "DE": true, "ru": false, "XX": false},
		"log.level":       {"debug": true, "DEBUG": false},
		"pop.lookup":      {"1s": true, "0s": false, "1h": false, "2": false},
	} {
		name := "CALLCARD_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		for text, ok := range list {
			if _, err := config.Parse("", nil, []string{name + "=" + text}); ok != (err == nil) {
				t.Errorf("%s %q: got %v, want it taken: %v", key, text, err, ok)
			}
		}
	}
}

func TestAddressesOfRecords(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"postgres://reader:x@db/asterisk": true, "mysql://reader:x@127.0.0.1:3306/asteriskcdrdb": true, "mysql://reader@/asteriskcdrdb?socket=/run/mysqld/mysqld.sock": true,
		"mysql://reader:x@db": false, "mysql:///asteriskcdrdb": false, "sqlite:x.db": false, "mariadb://db/asterisk": false,
	} {
		text := "pbx:\n- {id: a, ami: {address: 'a:5038', username: u, secret: s}, cdr: {url: '" + address + "'}}\n"
		_, err := config.Parse("f.yaml", []byte(text), nil)
		if want := "mysql://USER:PASSWORD@HOST/NAME"; ok != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it taken: %v", address, err, ok)
		}
	}
	if got := config.URL("mysql://u:hunter2@h/d?socket=/x").String(); got != "mysql://u:xxxxx@h/d?socket=/x" {
		t.Errorf("printed %s", got)
	}
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	_, err := config.Load("/no/such/file.yaml", nil)
	if want := "/no/such/file.yaml: --config: got no such file, want a YAML file"; fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestPublicURLIsAnOrigin(t *testing.T) {
	t.Parallel()
	cfg, err := config.Parse("c.yaml", []byte("http: {public_url: 'https://cards.example.com/'}"), nil)
	if err != nil || cfg.HTTP.PublicURL != "https://cards.example.com" {
		t.Errorf("got %q, %v, want it without the slash, which no browser sends", cfg.HTTP.PublicURL, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("http: {listen: ':1'}\npbx:\n- {id: a}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("pbx: &x\n- *x\n"))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = config.Parse("f.yaml", text, nil) })
}
