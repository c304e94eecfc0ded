package main

import (
	"testing"
)

func TestBenchDecodeCountsWhatItWasGiven(t *testing.T) {
	data, played, err := recordedTraffic(60_000)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := decodeOnly(data)
	if err != nil || alone != played {
		t.Errorf("decoded %d events of %d: %v", alone, played, err)
	}
	tracked, ended, err := decodeAndTrack(data)
	if err != nil || tracked != played || ended == 0 {
		t.Errorf("tracked %d events of %d, %d calls ended: %v", tracked, played, ended, err)
	}
}
