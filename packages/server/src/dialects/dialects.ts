import { conversations } from './conversations/conversations.ts'
import type { Dialect } from './dialect.ts'
import { pern } from './pern/pern.ts'
import { rooms } from './rooms/rooms.ts'

/** The built-in dialects. */
export const dialects: readonly Dialect[] = [rooms, conversations, pern]

export const dialectNames: readonly string[] = dialects.map(({ name }) => name)

/** The name of a built-in dialect, or a dialect of the host application. */
export type NamedDialect = string | Dialect

/**
 * Returns a dialect for each entry, in their order, also twice for one given twice: the built-in one of that name, or
 * the given object, which is not checked. Throws an Error for an unknown name.
 */
export const dialectsOf = (named: readonly NamedDialect[]): Dialect[] =>
  named.map((given) => {
    const dialect = typeof given === 'string' ? dialects.find(({ name }) => name === given) : given
    if (!dialect) throw new Error(`There is no dialect ${given}: ${dialectNames.join(', ')}.`)
    return dialect
  })
