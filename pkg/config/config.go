// Package config reads the one configuration of callcard: a YAML file, overlaid
// by environment variables, checked as a whole.
//
// The keys are the `yaml` tags of the structs below. The environment variable of
// a key is CALLCARD_ and the key in capitals with "_" for each "." and index:
// http.public_url is CALLCARD_HTTP_PUBLIC_URL, pbx[0].ami.secret is
// CALLCARD_PBX_0_AMI_SECRET. Environment wins over file, file over Default.
//
// How it works: yaml.v3's nodes give every value its line, which no decoder
// keeps; the walk over them finds unknown keys and wrong types. What is left is
// layered and decoded by viper and checked by validator, and each of the
// validator's complaints is taken back to the line or variable it came from.
//
// The structs are plain: this package knows no adapter and starts no goroutine.
package config

import "time"

// Config is everything that callcard can be told.
type Config struct {
	HTTP       HTTP           `yaml:"http"`
	Store      Store          `yaml:"store"`
	Redis      Redis          `yaml:"redis"`
	Recordings Recordings     `yaml:"recordings"`
	Phone      Phone          `yaml:"phone"`
	Pop        Pop            `yaml:"pop"`
	Desk       Desk           `yaml:"desk"`
	Calendar   Calendar       `yaml:"calendar"`
	Calendars  []LineCalendar `yaml:"calendars" validate:"dive"`
	Callbacks  Callbacks      `yaml:"callbacks"`
	Agents     Agents         `yaml:"agents"`
	Journal    Journal        `yaml:"journal"`
	Facts      Facts          `yaml:"facts"`
	Audit      Audit          `yaml:"audit"`
	Log        Log            `yaml:"log"`
	Webhooks   Webhooks       `yaml:"webhooks"`
	PBX        []PBX          `yaml:"pbx" validate:"dive"`
	Rules      []Rule         `yaml:"rules"`
}

// HTTP is the address of the web page, the API and the websocket.
type HTTP struct {
	Listen    string `yaml:"listen" validate:"listen" want:"HOST:PORT or :PORT"`
	PublicURL string `yaml:"public_url" validate:"omitempty,origin" want:"http://HOST or https://HOST without a path, or nothing"`
	// TrustedProxies are networks whose X-Forwarded-For is believed.
	TrustedProxies []string `yaml:"trusted_proxies" validate:"dive,cidr" want:"networks such as 10.0.0.0/8, separated by commas"`
	// EmbedOrigins are other people's pages that may frame the desk (embed.js).
	EmbedOrigins []string `yaml:"embed_origins" validate:"dive,origin" want:"origins such as https://crm.example.com, separated by commas"`
}

// Store is the database.
type Store struct {
	URL URL `yaml:"url" validate:"store" want:"sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"`
}

// Redis holds live state.
type Redis struct {
	URL URL `yaml:"url" validate:"redis" want:"embedded, or redis://HOST:PORT/0 (also rediss://, unix://, redis+sentinel:// and redis+cluster://)"`
}

// Phone is the numbering plan of the office.
type Phone struct {
	Region   string `yaml:"region" validate:"iso3166_1_alpha2" want:"a country as two capital letters, such as RU"`
	Internal string `yaml:"internal" validate:"internal" want:"a count of digits such as 2-5, or a regular expression"`
}

// Pop is about the card.
type Pop struct {
	Lookup time.Duration `yaml:"lookup" validate:"min=50ms,max=30s" want:"a duration from 50ms to 30s"`
}

// Agents is about those who take calls.
type Agents struct {
	// RONAAfter is how many rings of queues in a row an agent may miss; 0 means any number.
	RONAAfter int `yaml:"rona_after" validate:"min=0,max=100" want:"a whole number from 0 to 100"`
}

// Log is about the daemon's own log.
type Log struct {
	Level  string `yaml:"level" validate:"oneof=debug info warn error" want:"debug, info, warn or error"`
	Format string `yaml:"format" validate:"oneof=text json" want:"text or json"`
}

// Webhooks are the endpoints that are told what happens; the API may add others. What
// is allowed is read where it is obeyed, by the check that Load is given.
type Webhooks struct {
	Allow     []string  `yaml:"allow"`
	Endpoints []Webhook `yaml:"endpoints" validate:"dive"`
}

// Webhook is one endpoint.
type Webhook struct {
	ID     string   `yaml:"id" validate:"required,pbxid" want:"a short name of letters, digits, - and _"`
	URL    string   `yaml:"url" validate:"required,http_url" want:"an address such as https://crm.example.com/calls"`
	Format string   `yaml:"format" validate:"omitempty,oneof=callcard cloudevents zammad-cti sipgate" want:"callcard, cloudevents, zammad-cti or sipgate"`
	Events []string `yaml:"events" validate:"required" want:"names of events such as call.ended, call.* or *, separated by commas"`
	Secret Secret   `yaml:"secret" validate:"omitempty,signing" want:"whsec_ and 24 to 64 bytes in base64"`
	// Previous is the secret before, while receivers change over.
	Previous    Secret `yaml:"previous_secret" validate:"omitempty,signing" want:"whsec_ and 24 to 64 bytes in base64"`
	CA          string `yaml:"ca" validate:"omitempty,file" want:"a readable PEM file"`
	Certificate string `yaml:"certificate" validate:"required_with=Key,omitempty,file" want:"a readable PEM file, and a key"`
	Key         string `yaml:"key" validate:"required_with=Certificate,omitempty,file" want:"a readable PEM file, and a certificate"`
}

// PBX is one Asterisk.
type PBX struct {
	ID         string        `yaml:"id" validate:"required,pbxid" want:"a short name of letters, digits, - and _"`
	AMI        AMI           `yaml:"ami"`
	Control    Control       `yaml:"control"`
	ARI        ARI           `yaml:"ari"`
	Trunks     []string      `yaml:"trunks" validate:"dive,endpoints" want:"endpoints such as PJSIP/trunk (* for any characters), separated by commas"`
	Phones     []string      `yaml:"phones" validate:"dive,endpoints" want:"endpoints such as PJSIP/anna (* for any characters), separated by commas"`
	Variables  []string      `yaml:"variables" validate:"dive,variable" want:"names of channel variables such as CONTRACT, separated by commas"`
	Queues     []Queue       `yaml:"queues" validate:"dive"`
	DIDs       []DID         `yaml:"dids" validate:"dive"`
	Recordings PBXRecordings `yaml:"recordings"`
	QueueLog   QueueLog      `yaml:"queue_log"`
	CDR        CDR           `yaml:"cdr"`
}

// Queue gives a queue the name that people know it by.
type Queue struct {
	Name  string `yaml:"name" validate:"required" want:"the name of a queue as in queues.conf"`
	Title string `yaml:"title" validate:"required" want:"what people call the queue"`
	// Extension is what is dialled for it; empty means its name, when that is a number.
	Extension string `yaml:"extension" validate:"omitempty,numeric,max=32" want:"digits, as colleagues dial the queue"`
}

// DID is one of our numbers, or all that a pattern fits.
type DID struct {
	Number  string `yaml:"number" validate:"required_without=Pattern,excluded_with=Pattern" want:"a number of ours, or else a pattern"`
	Pattern string `yaml:"pattern" validate:"omitempty,regexp" want:"a regular expression for the whole number"`
	Title   string `yaml:"title"`
	Group   string `yaml:"group"`
	// Calendar names one of calendars; empty is the office's own.
	Calendar string `yaml:"calendar"`
}

// Rule chooses what cards of some calls show. Its values are checked by the check that
// Load is given: only there it is known what they may be.
type Rule struct {
	Name      string         `yaml:"name"`
	When      string         `yaml:"when"`
	Blocks    []string       `yaml:"blocks"`
	Open      RuleOpen       `yaml:"open"`
	Variables []RuleVariable `yaml:"variables"`
}

// RuleOpen is a page that a card opens.
type RuleOpen struct {
	When   string `yaml:"when"`
	URL    string `yaml:"url"`
	Target string `yaml:"target"`
	Label  string `yaml:"label"`
}

// RuleVariable is a channel variable that a card shows.
type RuleVariable struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
}

// AMI is the manager user that reads events and does nothing else.
type AMI struct {
	Address  string `yaml:"address" validate:"required,address" want:"HOST:PORT of Asterisk's manager, such as 127.0.0.1:5038"`
	Username string `yaml:"username" validate:"required" want:"a user of manager.conf"`
	Secret   Secret `yaml:"secret" validate:"required" want:"the secret of that user"`
	TLS      bool   `yaml:"tls"`
	CA       string `yaml:"ca" validate:"omitempty,file" want:"a readable PEM file"`
}

// Control is the manager user that pauses queue members, places calls and acts on
// them. Without it callcard only watches.
type Control struct {
	Username string `yaml:"username" validate:"required_with=Secret" want:"a user of manager.conf, because control.secret is set"`
	Secret   Secret `yaml:"secret" validate:"required_with=Username" want:"the secret of that user, because control.username is set"`
	// Context is where numbers are dialled and transferred to; empty means from-internal.
	Context string `yaml:"context" validate:"omitempty,dialplan" want:"a context of the dialplan, such as from-internal"`
	// Dial is the form of outside numbers; empty means digits.
	Dial string `yaml:"dial" validate:"omitempty,oneof=digits plus national" want:"digits, plus or national"`
	// PhoneEvents: the phones answer and hold when the PBX tells them so.
	PhoneEvents bool `yaml:"phone_events"`
}

// ARI is Asterisk's REST interface. Without it callcard does not use it.
type ARI struct {
	URL      string `yaml:"url" validate:"omitempty,http_url" want:"an address such as http://127.0.0.1:8088/ari"`
	Username string `yaml:"username" validate:"required_with=URL" want:"a user of ari.conf, because ari.url is set"`
	Password Secret `yaml:"password" validate:"required_with=URL" want:"the password of that user, because ari.url is set"`
	// Recordings is the one directory that ARI gives files from, as the PBX sees it; empty means Asterisk's own.
	Recordings string `yaml:"recordings" validate:"omitempty,startswith=/" want:"a directory on the PBX, such as /var/spool/asterisk/recording"`
}

// PBXRecordings is where the recordings of one PBX can be read from here.
type PBXRecordings struct {
	Dir string `yaml:"dir"`
}

// Default is the configuration of an empty file.
func Default() Config {
	return Config{
		HTTP:       HTTP{Listen: "127.0.0.1:8080", TrustedProxies: []string{}, EmbedOrigins: []string{}},
		Store:      Store{URL: "sqlite:data/callcard.db"},
		Redis:      Redis{URL: "embedded"},
		Recordings: defaultRecordings(),
		Phone:      Phone{Region: "RU", Internal: "2-5"},
		Pop:        Pop{Lookup: 2 * time.Second},
		Desk:       defaultDesk(),
		Calendar:   Calendar{Weekly: []string{}, Closed: []string{}, Days: []string{}},
		Calendars:  []LineCalendar{},
		Callbacks:  defaultCallbacks(),
		Agents:     Agents{RONAAfter: 3},
		Journal:    Journal{Keep: 7 * 24 * time.Hour},
		Audit:      Audit{At: "03:30"},
		Log:        Log{Level: "info", Format: "text"},
		Webhooks:   Webhooks{Allow: []string{}, Endpoints: []Webhook{}},
		PBX:        []PBX{},
		Rules:      []Rule{},
	}
}
