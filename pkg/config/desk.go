package config

import (
	"fmt"
	"regexp"
	"time"
)

// Desk is about the agents' desk.
type Desk struct {
	Results      []Choice `yaml:"results" validate:"dive"`
	Reasons      []Choice `yaml:"reasons" validate:"dive"`
	PauseReasons []Choice `yaml:"pause_reasons" validate:"dive"`

	AfterCallWork   time.Duration `yaml:"after_call_work" validate:"min=0,max=1h" want:"a duration up to 1h, 0s for none"`
	AfterCallExtend time.Duration `yaml:"after_call_extend" validate:"min=1s,max=1h" want:"a duration from 1s to 1h"`
	MaxExtends      int           `yaml:"max_extends" validate:"min=0,max=100" want:"a whole number from 0 to 100"`

	SeeQueueCalls bool `yaml:"see_queue_calls"`
}

// Choice is an entry of a list that agents choose from.
type Choice struct {
	ID    string `yaml:"id" validate:"required,choiceid" want:"a short name of small letters, digits, - and _"`
	Label Label  `yaml:"label"`
}

// Label is a text in the languages of the desk.
type Label struct {
	EN string `yaml:"en" validate:"required,max=60" want:"up to 60 characters of English"`
	RU string `yaml:"ru" validate:"required,max=60" want:"up to 60 characters of Russian"`
}

// PauseRONA is the reason that a queue is told for an agent who missed too many offers.
const PauseRONA = "rona"

var choiceID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)

func isChoiceID(text string) bool { return choiceID.MatchString(text) }

// choices refuses ids that would stand for two things.
func (r *reading) choices(desk Desk) {
	for key, list := range map[string][]Choice{"results": desk.Results, "reasons": desk.Reasons, "pause_reasons": desk.PauseReasons} {
		unique(r, "desk."+key+"[%d].id", list, func(c Choice) string { return c.ID })
	}
	for i, choice := range desk.PauseReasons {
		if choice.ID == PauseRONA {
			at := fmt.Sprintf("desk.pause_reasons[%d].id", i)
			place := r.place(at)
			r.faults = append(r.faults, Fault{
				Where: place.where, Field: at, Got: quote(choice.ID), Want: "another id: callcard itself pauses with this one", line: place.line,
			})
		}
	}
}

func defaultDesk() Desk {
	return Desk{
		Results: []Choice{
			choice("order", "Order", "Заказ"),
			choice("question", "Question answered", "Вопрос решён"),
			choice("callback", "Call back later", "Перезвонить"),
			choice("complaint", "Complaint", "Жалоба"),
			choice("refused", "Refused", "Отказ"),
			choice("wrong_number", "Wrong number", "Ошиблись номером"),
			choice("spam", "Spam", "Спам"),
		},
		Reasons: []Choice{
			choice("delivery", "Delivery", "Доставка"),
			choice("payment", "Payment", "Оплата"),
			choice("product", "Product", "Товар"),
			choice("return", "Return", "Возврат"),
			choice("service", "Service", "Обслуживание"),
			choice("other", "Other", "Другое"),
		},
		PauseReasons: []Choice{
			choice("break", "Break", "Перерыв"),
			choice("lunch", "Lunch", "Обед"),
			choice("meeting", "Meeting", "Совещание"),
			choice("training", "Training", "Обучение"),
			choice("paperwork", "Paperwork", "Документы"),
		},
		AfterCallExtend: time.Minute, MaxExtends: 3,
	}
}

func choice(id, en, ru string) Choice { return Choice{ID: id, Label: Label{EN: en, RU: ru}} }
