import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

type Value = SQLInputValue

/**
 * Inserts many rows with few statements, because SQLite needs most of the time of a small insert to begin and end it.
 */
export class MultiRowInsert {
  private readonly database: DatabaseSync
  private readonly table: string
  private readonly columns: readonly string[]
  private readonly most: number
  private readonly full: StatementSync
  private values: Value[] = []

  constructor(database: DatabaseSync, table: string, columns: readonly string[], most = 64) {
    this.database = database
    this.table = table
    this.columns = columns
    this.most = most
    this.full = this.prepare(most)
  }

  /** Adds a row, with a value for each column; rows are inserted in groups. */
  add(...row: Value[]): void {
    this.values.push(...row)
    if (this.values.length < this.most * this.columns.length) return
    this.full.run(...this.values)
    this.values = []
  }

  /** Inserts the rest; call it at the end. */
  end(): void {
    const rows = this.values.length / this.columns.length
    if (rows > 0) this.prepare(rows).run(...this.values)
    this.values = []
  }

  private prepare(rows: number): StatementSync {
    const row = `(${this.columns.map(() => '?').join(', ')})`
    const all = Array.from({ length: rows }, () => row).join(', ')
    return this.database.prepare(`insert into ${this.table} (${this.columns.join(', ')}) values ${all}`)
  }
}
