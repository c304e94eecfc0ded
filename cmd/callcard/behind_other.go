//go:build !linux

package main

import (
	"runtime"
	"time"
)

func stepBack() {}

func doze(time.Duration) { runtime.Gosched() }
