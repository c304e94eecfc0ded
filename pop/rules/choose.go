package rules

import (
	"fmt"

	"github.com/expr-lang/expr/vm"

	"callcard/pkg/cti"
)

// Choose finds the first rule that holds. When one of the configured rules cannot be
// evaluated, the built-in ones choose: it is not known what the faulty one would have
// said, and what stands after it may rely on that.
func (s *Set) Choose(f cti.CallFacts) cti.ScenarioChoice {
	env, machine := factsOf(f), vm.VM{}
	var choice cti.ScenarioChoice
	for i := 0; i < len(s.rules); i++ {
		r := &s.rules[i]
		holds, err := r.holds(&machine, &env)
		if err != nil {
			choice.Fault, choice.FaultyRule = err, r.Name
			i = max(i, s.builtin-1) // the loop goes on with the first built-in one
			continue
		}
		if holds {
			return r.choice(f, choice)
		}
	}
	choice.Scenario = cti.Scenario{Blocks: cti.CardBlocks()} // not reached: the last rule always holds
	return choice
}

func (r *compiled) holds(machine *vm.VM, env *facts) (bool, error) {
	if r.when == nil {
		return true, nil
	}
	result, err := machine.Run(r.when, env)
	if err != nil {
		return false, fmt.Errorf("evaluate rule %s: %s", r.Name, firstLine(err.Error())) //nolint:errorlint // the rest of its text draws a picture
	}
	holds, _ := result.(bool) // the compiler has made sure
	return holds, nil
}

func (r *compiled) choice(f cti.CallFacts, c cti.ScenarioChoice) cti.ScenarioChoice {
	c.Scenario = cti.Scenario{Rule: r.Name, Blocks: r.blocks}
	for _, v := range r.variables {
		if value := f.Variables[v.Name]; value != "" {
			c.Variables = append(c.Variables, cti.ShownVariable{Name: v.Name, Label: v.Label, Value: value})
		}
	}
	switch {
	case r.page == nil:
	case f.Match == cti.MatchPending:
		c.Note = "no page opens before it is known who calls"
	default:
		page, why := r.page.fill(f)
		if why != "" {
			c.Note = "no page opens: " + why
			break
		}
		c.Scenario.Open = &cti.Opening{When: r.Open.When, URL: page, Label: r.Open.Label, Target: r.Open.Target}
	}
	return c
}
