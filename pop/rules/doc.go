// Package rules chooses what a card shows and which page it opens: the first rule
// whose expression holds for a call.
//
// The expressions are those of expr-lang/expr, compiled and type-checked once, by
// Compile, which reports every fault at once. A Set does not change: any goroutine may
// use it at any time. Choosing takes microseconds and no I/O, because it is on the way
// to the card; see DESIGN.md.
package rules
