// Package ui serves the agent's web page, built by Vite into dist and embedded
// in the binary.
//
// The tracked dist/index.html is a placeholder, so that the program compiles
// without Node; `make ui` puts app.html beside it, which goes first. The handler is read-only after it was
// made: any number of goroutines may use it.
package ui

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed all:dist
var dist embed.FS

// Handler serves the page, which pages of the given origins may frame. A path that
// names no file of a build gets the page itself, so that the page's own addresses
// survive a reload.
func Handler(framedBy ...string) http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	return newSite(files, framedBy)
}
