package main

import (
	"fmt"

	"callcard/pkg/config"
	"callcard/pkg/lines"
	"callcard/pkg/phone"
)

// newLines makes the book of what the office calls its queues and numbers.
func newLines(cfg config.Config, numbers *phone.Plan) (*lines.Book, error) {
	opts := lines.Options{Normalize: numbers.Parse}
	for _, pbx := range cfg.PBX {
		for _, q := range pbx.Queues {
			opts.Queues = append(opts.Queues, lines.Queue{PBX: pbx.ID, Name: q.Name, Title: q.Title})
		}
		for _, d := range pbx.DIDs {
			opts.DIDs = append(opts.DIDs, lines.DID{PBX: pbx.ID, Number: d.Number, Pattern: d.Pattern, Title: d.Title, Group: d.Group, Calendar: d.Calendar})
		}
	}
	book, err := lines.New(opts)
	if err != nil {
		return nil, fmt.Errorf("names of the office: %w", err)
	}
	return book, nil
}
