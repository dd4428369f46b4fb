import { conversations } from './conversations/conversations.ts'
import type { Dialect } from './dialect.ts'
import { pern } from './pern/pern.ts'
import { rooms } from './rooms/rooms.ts'

/** Every foreign vocabulary that Parley brings. */
export const dialects: readonly Dialect[] = [rooms, conversations, pern]

export const dialectNames: readonly string[] = dialects.map(({ name }) => name)

/** A dialect by its name, or one that the host application wrote. */
export type NamedDialect = string | Dialect

/** Throws if there is none of a name. */
export const dialectsOf = (named: readonly NamedDialect[]): Dialect[] =>
  named.map((given) => {
    const dialect = typeof given === 'string' ? dialects.find(({ name }) => name === given) : given
    if (!dialect) throw new Error(`There is no dialect ${given}: ${dialectNames.join(', ')}.`)
    return dialect
  })
