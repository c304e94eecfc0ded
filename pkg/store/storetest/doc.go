// Package storetest holds the tests that every database of package store must
// pass, and starts a PostgreSQL to run them on.
package storetest
