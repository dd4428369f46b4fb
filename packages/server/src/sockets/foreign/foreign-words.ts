import type { Delivery } from '../../core/delivery.ts'
import type { Dialect, Emission, Lent } from '../../dialects/dialect.ts'

type Translate = (payload: unknown, about: unknown, lent: Lent) => Emission[]

/** Does the dialect translate events of this name? */
export const hasWordsFor = (dialect: Dialect, { name }: Delivery): boolean => dialect.outgoing[name] !== undefined

/**
 * An event in the words of a dialect, for one user; empty if it has none. Sends nothing. `lent` makes addresses of
 * files that are valid for this user alone.
 */
// The name decides the payload's type; that the two belong together is checked where the delivery is made.
export const translate = (dialect: Dialect, { name, payload, audience }: Delivery, lent: Lent) =>
  (dialect.outgoing[name] as Translate | undefined)?.(payload, 'about' in audience ? audience.about : null, lent) ?? []

/**
 * An event in the words of a dialect, for all users; empty if it has none. Null if it would contain addresses of files,
 * which are valid for one user each: then `translate` it for each of them.
 */
export function translateForAll(dialect: Dialect, delivery: Delivery, fileLinks = false): Emission[] | null {
  let isPersonal = false
  const addressOf = () => {
    isPersonal = true
    return ''
  }
  const emissions = translate(dialect, delivery, { addressOf, fileLinks })
  return isPersonal ? null : emissions
}
