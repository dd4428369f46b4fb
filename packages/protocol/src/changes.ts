import { z } from 'zod'
import { type ConversationEvent, durable, type EventKind, type FeatureDefinition } from './define.ts'
import { Id, Rev } from './primitives.ts'

type Definitions = Record<string, FeatureDefinition>

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never
type Flat<T> = { [K in keyof T]: T[K] }

/** What features bring in one of their sections, taken together. */
export type Joined<L, Section extends keyof FeatureDefinition> = Flat<
  Intersection<{ [F in keyof L]: L[F] extends { [S in Section]: infer Brought } ? Brought : never }[keyof L]>
>

export const join = <L extends Definitions, Section extends keyof FeatureDefinition>(
  features: L,
  section: Section,
): Joined<L, Section> => Object.assign({}, ...Object.values(features).map((feature) => feature[section]))

/** Composes the two kinds of change from the rows of these features; a change has side rows where they have some. */
export const composeChanges = <L extends Definitions, S extends z.core.$ZodShape>(features: L, sideRows: S) => ({
  /**
   * Rows of one conversation that changed, each in its present state. A live event brings one rev; a sync answer brings
   * everything since a position. Both are applied alike: upsert by id, the newer rev wins.
   */
  ConversationChange: z
    .strictObject({
      conversationId: Id,
      rev: Rev.describe('The position after this change.'),
      ...join(features, 'conversationRows'),
      ...z.strictObject(sideRows).partial().shape,
    })
    .meta({ id: 'ConversationChange' }),

  /** What changed for one user alone: own memberships with their read positions, and the conversations they came into. */
  AccountChange: z.strictObject({ rev: Rev, ...join(features, 'accountRows') }).meta({ id: 'AccountChange' }),
})

type WithPayload<E, Change extends z.ZodType> = Flat<{
  [N in keyof E]: E[N] extends ConversationEvent ? EventKind<Change, true> : E[N]
}>

/** The events of these features, with the composed schema as the payload of those that change a conversation. */
export const eventsOf = <L extends Definitions, Change extends z.ZodType>(
  features: L,
  change: Change,
): WithPayload<Joined<L, 'events'>, Change> => {
  const events = Object.entries(join(features, 'events') as Record<string, EventKind | ConversationEvent>)
  return Object.fromEntries(
    events.map(([name, event]) => [name, 'changes' in event ? durable(event.summary, change) : event]),
  ) as WithPayload<Joined<L, 'events'>, Change>
}
