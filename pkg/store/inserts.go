package store

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// inserts are the INSERTs of many rows into SQLite, compiled once. They go to the driver itself:
// database/sql looks at each of thousands of values a second and makes a copy of it, and what
// is left of that has to be collected while cards wait. Who holds the one connection may use them.
type inserts struct {
	conn   any // of the driver: the statements are its own
	made   map[shape]driver.Stmt
	values []driver.NamedValue // their memory is used again
}

// insert runs an INSERT on the transaction's connection, which is nobody else's meanwhile.
func (t keptTx) insert(ctx context.Context, of shape, args []any) error {
	t.rest()
	return t.conn.Raw(func(conn any) error { return t.kept.inserts.run(between(ctx), conn, of, args) })
}

func (i *inserts) run(ctx context.Context, conn any, of shape, args []any) error {
	statement, err := i.statement(ctx, conn, of)
	if err != nil {
		return err
	}
	defer func() { clear(i.values) }() // they hold whole documents
	i.values = i.values[:0]
	for n, arg := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return fmt.Errorf("value %d: %w", n+1, err)
		}
		i.values = append(i.values, driver.NamedValue{Ordinal: n + 1, Value: value})
	}
	_, err = statement.(driver.StmtExecContext).ExecContext(ctx, i.values)
	return err
}

// statement is compiled when it is first asked for: a few lengths of each INSERT, and few of them.
func (i *inserts) statement(ctx context.Context, conn any, of shape) (driver.Stmt, error) {
	if conn != i.conn {
		i.conn, i.made = conn, map[shape]driver.Stmt{}
	}
	if made, known := i.made[of]; known {
		return made, nil
	}
	made, err := conn.(driver.ConnPrepareContext).PrepareContext(ctx, positional(of.text()))
	if err == nil {
		i.made[of] = made
	}
	return made, err
}

func (i *inserts) close() {
	for _, made := range i.made {
		_ = made.Close() // the connection goes with it
	}
	i.made = nil
	i.conn = nil
}
