// Package phone makes one form of the many in which a PBX shows a number:
// E.164 for the outside, the extension for the inside, and says when there is
// none. The numbering itself is libphonenumber's (nyaruka/phonenumbers).
//
// A Plan is read by any number of goroutines. It keeps the newest results, since
// a look into the numbering plan costs some ten microseconds.
package phone
