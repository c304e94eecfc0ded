package config

import (
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Recordings is how callcard keeps its own copies.
type Recordings struct {
	Store string `yaml:"store" validate:"required,vault" want:"a directory, or s3://BUCKET/PREFIX"`
	// Download names the roles that may save recordings as files.
	Download []string `yaml:"download" validate:"dive,oneof=agent supervisor admin service" want:"roles: agent, supervisor, admin, service"`
	// Format into which stored WAVE files are brought; ffmpeg does it.
	Format      string `yaml:"format" validate:"oneof=wav opus mp3" want:"wav, opus or mp3"`
	Transcoders int    `yaml:"transcoders" validate:"min=1,max=64" want:"a number of files at a time, from 1 to 64"`
	// KeepDays is for what no policy fits; 0 is for ever.
	KeepDays int               `yaml:"keep_days" validate:"min=0,max=36500" want:"a number of days, 0 for ever"`
	Policies []RecordingPolicy `yaml:"policies" validate:"dive"`
	S3       S3                `yaml:"s3"`
}

// RecordingPolicy says how long recordings of some calls are kept; the first that fits holds.
type RecordingPolicy struct {
	Name      string        `yaml:"name" validate:"required,choiceid" want:"a short name of small letters, digits, - and _"`
	Queue     string        `yaml:"queue"`
	Direction string        `yaml:"direction" validate:"omitempty,oneof=inbound outbound internal" want:"inbound, outbound or internal"`
	Outcome   string        `yaml:"outcome" validate:"omitempty,oneof=answered abandoned timeout no_answer ivr failed" want:"answered, abandoned, timeout, no_answer, ivr or failed"`
	Result    string        `yaml:"result" validate:"omitempty,choiceid" want:"an id of desk.results"`
	Shorter   time.Duration `yaml:"shorter_than" validate:"min=0" want:"a duration such as 5s"`
	Days      int           `yaml:"days" validate:"min=0,max=36500" want:"a number of days, 0 for ever"`
}

// S3 is how the bucket of recordings.store is reached.
type S3 struct {
	Endpoint  string `yaml:"endpoint" validate:"omitempty,origin" want:"an address such as https://s3.example.com:9000"`
	Region    string `yaml:"region" validate:"required" want:"a region such as us-east-1"`
	AccessKey Secret `yaml:"access_key"`
	SecretKey Secret `yaml:"secret_key"`
	PathStyle bool   `yaml:"path_style"`
	CA        string `yaml:"ca" validate:"omitempty,file" want:"a readable PEM file"`
	// Dir is for files on their way, and where those lie that were stored before the bucket was used.
	Dir string `yaml:"dir" validate:"required" want:"a directory"`
}

func defaultRecordings() Recordings {
	return Recordings{
		Store: "data/recordings", Download: []string{"supervisor", "admin", "service"},
		Format: "wav", Transcoders: 1, Policies: []RecordingPolicy{},
		S3: S3{Region: "us-east-1", PathStyle: true, Dir: "data/recordings"},
	}
}

// InBucket reports whether recordings are kept in a bucket and not in a directory.
func (r Recordings) InBucket() bool { return strings.HasPrefix(r.Store, "s3:") }

// bucket goes by what S3 demands of names (Bucket naming rules, general purpose buckets).
var bucket = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// isVault takes a directory or a bucket.
func isVault(text string) bool {
	if !strings.Contains(text, "://") {
		return !strings.HasPrefix(text, "s3:")
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "s3" && bucket.MatchString(u.Host) && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

// reachable asks for what a bucket cannot do without.
func (r *reading) reachable(cfg Recordings) {
	if !cfg.InBucket() {
		return
	}
	for _, needed := range []struct{ field, value, want string }{
		{"endpoint", cfg.S3.Endpoint, "an address such as https://s3.example.com, because recordings.store is a bucket"},
		{"access_key", cfg.S3.AccessKey.Reveal(), "the key of a user of the bucket"},
		{"secret_key", cfg.S3.SecretKey.Reveal(), "the secret of that key"},
	} {
		if needed.value == "" {
			field := "recordings.s3." + needed.field
			place := r.place(field)
			r.faults = append(r.faults, Fault{Where: place.where, Field: field, Got: "nothing", Want: needed.want, line: place.line})
		}
	}
}
