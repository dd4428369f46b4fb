import type { Delivery } from '../../core/delivery.ts'
import type { Dialect, Emission } from '../../dialects/dialect.ts'

type Translate = (payload: unknown, about: unknown) => Emission[]

/** Does the dialect have words for such an event? */
export const hasWordsFor = (dialect: Dialect, { name }: Delivery): boolean => dialect.outgoing[name] !== undefined

// The name decides the payload's type; that the two belong together is checked where the delivery is made.
export const translate = (dialect: Dialect, { name, payload, audience }: Delivery): Emission[] =>
  (dialect.outgoing[name] as Translate | undefined)?.(payload, 'about' in audience ? audience.about : null) ?? []
