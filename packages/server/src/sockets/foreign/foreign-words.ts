import type { Delivery } from '../../core/delivery.ts'
import type { Dialect, Emission, FileAddress } from '../../dialects/dialect.ts'

type Translate = (payload: unknown, about: unknown, addressOf: FileAddress) => Emission[]

/** Does the dialect have words for such an event? */
export const hasWordsFor = (dialect: Dialect, { name }: Delivery): boolean => dialect.outgoing[name] !== undefined

/** In the words of a dialect for one hearer, whose addresses of files these are. */
// The name decides the payload's type; that the two belong together is checked where the delivery is made.
export const translate = (dialect: Dialect, { name, payload, audience }: Delivery, addressOf: FileAddress) =>
  (dialect.outgoing[name] as Translate | undefined)?.(
    payload,
    'about' in audience ? audience.about : null,
    addressOf,
  ) ?? []

/** The same once for all hearers; null where it has addresses of files, which are good for one user each. */
export function translateForAll(dialect: Dialect, delivery: Delivery): Emission[] | null {
  let isPersonal = false
  const emissions = translate(dialect, delivery, () => {
    isPersonal = true
    return ''
  })
  return isPersonal ? null : emissions
}
