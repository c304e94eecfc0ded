package gaps

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"callcard/pkg/cti"
)

// addFiles notes with calls the recordings that the PBX wrote of them while it was not
// heard. What cannot be looked for now is taken up by the recordings' own nightly look.
func (s *Service) addFiles(ctx context.Context, l *link, calls []*cti.Call) {
	if len(calls) == 0 || s.opts.Files == nil {
		return
	}
	of := map[string]*cti.Call{}
	var since time.Time
	for _, c := range calls {
		for _, uniqueid := range channelsOf(*c) {
			of[uniqueid] = c
		}
		since = sooner(since, c.Started)
	}
	uniqueids := make([]string, 0, len(of))
	for uniqueid := range of {
		uniqueids = append(uniqueids, uniqueid)
	}
	found, err := s.opts.Files(ctx, l.ID, uniqueids, since)
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "recordings of calls that were not heard cannot be looked for now", "pbx", l.ID, "err", err)
	}
	for _, file := range found {
		c := of[file.Leg.Uniqueid]
		if c != nil && !slices.ContainsFunc(c.Files, func(have cti.RecordingFile) bool { return stem(have.Path) == stem(file.Path) }) {
			c.Files = append(slices.Clone(c.Files), file)
		}
	}
}

func stem(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }

// channelsOf a call are all Uniqueids by which a file of it may be named.
func channelsOf(c cti.Call) []string {
	channels := append(append(slices.Clone(c.Linkedids), aliases(c)...), c.ClientLeg.Uniqueid)
	for _, v := range c.Visits {
		channels = append(channels, v.Leg.Uniqueid)
	}
	for _, o := range c.Offers {
		channels = append(channels, o.Leg.Uniqueid)
	}
	for _, t := range c.Talks {
		channels = append(channels, t.Leg.Uniqueid)
	}
	return unique(channels)
}
