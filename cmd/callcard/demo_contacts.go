package main

import (
	"time"

	"callcard/pkg/cti"
)

// demoContact is a sample contact with its orders.
type demoContact struct {
	cti.Contact
	orders []cti.Order
}

// demoContacts have fixed ids: a second run finds them and adds nothing.
func demoContacts() []demoContact {
	contact := func(id, name, company string, phones ...string) cti.Contact {
		return cti.Contact{ID: "demo-" + id, Name: name, Company: company, Phones: phones, Created: demoDay(0), Updated: demoDay(0)}
	}
	petrova := contact("petrova", "Мария Петрова", "", "+79161234567", "+74951234567")
	petrova.VIP, petrova.Responsible, petrova.Email = true, "anna", "m.petrova@example.com"
	petrova.Notes = "Просит звонить после 11:00. Постоянный клиент с 2019 года."
	sokolov := contact("sokolov", "Игорь Соколов", "ООО «Ромашка»", "+79031112233")
	sokolov.Responsible, sokolov.Email = "boris", "sokolov@romashka.example"
	clinic := contact("clinic", "Клиника «Здоровье»", "", "+78123334455")
	clinic.IsCompany, clinic.Notes = true, "Договор на обслуживание до конца года."
	return []demoContact{
		{petrova, []cti.Order{
			{ID: "A-1042", Title: "Кофемашина Saeco", Status: "в доставке", Amount: "48 900 ₽", At: demoDay(2)},
			{ID: "A-0987", Title: "Фильтры для воды, 6 шт.", Status: "выполнен", Amount: "3 450 ₽", At: demoDay(40)},
		}},
		{sokolov, []cti.Order{{ID: "B-210", Title: "Обслуживание офиса, квартал", Status: "счёт выставлен", Amount: "126 000 ₽", At: demoDay(5)}}},
		// Three people behind one switchboard: the agent chooses.
		{contact("fedorov", "Олег Фёдоров", "АО «Вектор», склад", "+74957770077"), []cti.Order{
			{ID: "C-77", Title: "Паллеты, 40 шт.", Status: "собирается", Amount: "88 000 ₽", At: demoDay(1)},
		}},
		{contact("egorova", "Елена Егорова", "АО «Вектор», бухгалтерия", "+74957770077"), nil},
		{contact("ivanov", "Иван Иванов", "АО «Вектор», закупки", "+74957770077", "+79267770077"), nil},
		{contact("smith", "John Smith", "Northwind Ltd.", "+79265550101"), []cti.Order{
			{ID: "D-5", Title: "Headsets, 12 pcs.", Status: "paid", Amount: "1 140 €", At: demoDay(9)},
		}},
		{clinic, nil},
		{contact("kovalenko", "Анастасия Коваленко", "", "+375291234567"), nil},
		{contact("zaitsev", "Пётр Зайцев", "ИП Зайцев", "+79104445566"), nil},
	}
}

// demoDay is some days ago, at noon.
func demoDay(ago int) time.Time {
	now := time.Now()
	return time.Date(now.Year(), now.Month(), now.Day()-ago, 12, 0, 0, 0, now.Location())
}
