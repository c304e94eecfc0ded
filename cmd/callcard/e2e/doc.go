// Package e2e holds no code of its own: its tests run the real binary between a
// real Asterisk, real SIP phones, a real Redis and websocket clients, and say in
// the words of an agent what has to be seen on whose screen.
package e2e
