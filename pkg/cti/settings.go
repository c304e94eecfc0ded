package cti

// Label is a text in the languages of the desk.
type Label struct {
	EN string `json:"en"`
	RU string `json:"ru"`
}

// Choice is one entry of a list that an office configures: results, reasons.
type Choice struct {
	ID    string `json:"id"`
	Label Label  `json:"label"`
}

// Titled is a queue or a number of ours with what people call it.
type Titled struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// Numbered is a number of ours with what people call it.
type Numbered struct {
	Number string `json:"number"`
	Title  string `json:"title"`
}

// AfterCallWork is the time for the work behind a call.
type AfterCallWork struct {
	Seconds       int `json:"seconds"` // 0: none
	ExtendSeconds int `json:"extend_seconds"`
	MaxExtends    int `json:"max_extends"`
}

// RecordingRights is what a user may do with recordings.
type RecordingRights struct {
	Download bool `json:"download"`
}

// Settings is what a desk must know of its office to begin.
type Settings struct {
	Results       []Choice        `json:"results"`
	Reasons       []Choice        `json:"reasons"`
	PauseReasons  []Choice        `json:"pause_reasons"`
	AfterCallWork AfterCallWork   `json:"after_call_work"`
	Control       bool            `json:"control"` // calls can be placed and transferred from here
	CRM           bool            `json:"crm"`
	Queues        []Titled        `json:"queues"`
	DIDs          []Numbered      `json:"dids"`
	Recordings    RecordingRights `json:"recordings"`
}
