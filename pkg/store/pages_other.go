//go:build !linux

package store

func restBetweenPages(func()) {}
