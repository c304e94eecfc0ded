package main

import (
	"strconv"
	"testing"

	"callcard/pkg/cti"
)

func TestRememberedNumbersAreParsedOnceAndBounded(t *testing.T) {
	t.Parallel()
	parsed := 0
	parse := remembered(func(raw string) cti.Phone {
		parsed++
		return cti.Phone{Number: "+" + raw, Raw: raw}
	})
	for range 3 {
		if got := parse("7916"); got.Number != "+7916" || got.Raw != "7916" {
			t.Errorf("got %+v", got)
		}
	}
	if parsed != 1 {
		t.Errorf("parsed %d times, want once", parsed)
	}
	for i := range rememberedNumbers {
		parse("8" + strconv.Itoa(10_000+i))
	}
	if parse("7916"); parsed != rememberedNumbers+2 {
		t.Errorf("parsed %d times: what does not fit is forgotten, want %d", parsed, rememberedNumbers+2)
	}
}
