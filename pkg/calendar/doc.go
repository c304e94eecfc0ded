// Package calendar is the working time of an office: weekly hours with breaks,
// holidays, days that override the week (a shortened day, a working Saturday), in one
// time zone. All spans are half-open: at the minute of closing it is closed.
//
// It is pure. A Calendar does not change and may be used from any goroutine.
//
// Hours are those of the wall clock: where the clock jumps forward inside of them the
// day has less working time, where it falls back more. An opening at a time that the
// clock leaves out is at the moment when it jumps.
package calendar
