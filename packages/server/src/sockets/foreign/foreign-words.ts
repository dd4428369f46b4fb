import type { Delivery } from '../../core/delivery.ts'
import type { Dialect, Emission, Lent } from '../../dialects/dialect.ts'

type Translate = (payload: unknown, about: unknown, lent: Lent) => Emission[]

/** Does the dialect translate events of this name? */
export const hasWordsFor = (dialect: Dialect, { name }: Delivery): boolean => dialect.outgoing[name] !== undefined

/** An event in the words of a dialect, for one user: `lent` makes addresses of files that are valid for them alone. */
// The name decides the payload's type; that the two belong together is checked where the delivery is made.
export const translate = (dialect: Dialect, { name, payload, audience }: Delivery, lent: Lent) =>
  (dialect.outgoing[name] as Translate | undefined)?.(payload, 'about' in audience ? audience.about : null, lent) ?? []

/** The same for all users; null if it has addresses of files, which are valid for one user each. */
export function translateForAll(dialect: Dialect, delivery: Delivery, fileLinks = false): Emission[] | null {
  let isPersonal = false
  const addressOf = () => {
    isPersonal = true
    return ''
  }
  const emissions = translate(dialect, delivery, { addressOf, fileLinks })
  return isPersonal ? null : emissions
}
