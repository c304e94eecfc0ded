// Package asterisktest runs a real Asterisk with real SIP phones for tests.
//
// Start builds (once per machine) a root directory with Asterisk and SIPp from Debian packages, configures an instance from
// the files shipped in dialplan-samples plus the small overlays in etc/, and runs it in that root on loopback addresses of its
// own, so that both supported versions and any number of test binaries run side by side. Phone and Call are SIPp processes.
// Witness is an AMI client of its own, so that it can be set against connector/ami.
//
// Concurrency: a PBX, its phones and its callers may be used by several goroutines of one test; each Witness has one reading
// goroutine that ends with Close. Everything started ends with the test.
package asterisktest
