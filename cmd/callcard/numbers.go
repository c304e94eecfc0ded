package main

import (
	"strings"

	"callcard/pkg/cti"
)

// rememberedNumbers bounds what remembered holds, some 2 MB.
const rememberedNumbers = 8192

// remembered parses each number once. The legs of a call show the same few numbers again
// and again, extensions above all, and to parse one takes as long as all else that a ring
// costs the tracker (28 µs). It belongs to whoever calls it: the tracker, under its lock.
func remembered(parse func(raw string) cti.Phone) func(raw string) cti.Phone {
	known := make(map[string]cti.Phone)
	return func(raw string) cti.Phone {
		phone, ok := known[raw]
		if ok {
			return phone
		}
		if len(known) >= rememberedNumbers {
			clear(known)
		}
		raw = strings.Clone(raw) // it is a part of a whole message of the PBX, which would stay, too
		phone = parse(raw)
		known[raw] = phone
		return phone
	}
}
