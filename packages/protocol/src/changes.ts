import { z } from 'zod'
import { type ConversationEvent, durable, type EventDefinition, type FeatureDefinition } from './define.ts'
import { Id, Rev } from './primitives.ts'

type Definitions = Record<string, FeatureDefinition>

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never
type Flat<T> = { [K in keyof T]: T[K] }

/** The type of the object that `mergeSections` makes. */
export type MergedSections<L, Section extends keyof FeatureDefinition> = Flat<
  Intersection<{ [F in keyof L]: L[F] extends { [S in Section]: infer Content } ? Content : never }[keyof L]>
>

/**
 * Merges one section of all features, such as their `operations`, into one new object. Features without it are skipped;
 * of two entries with one name the last feature’s stays, without an error.
 */
export const mergeSections = <L extends Definitions, Section extends keyof FeatureDefinition>(
  features: L,
  section: Section,
): MergedSections<L, Section> => Object.assign({}, ...Object.values(features).map((feature) => feature[section]))

/**
 * Returns two strict object schemas: `ConversationChange`, with `conversationId`, `rev`, the `conversationRows` of all
 * these features, and the fields of `sideRows`; and `AccountChange`, with `rev` and the `accountRows` of all these
 * features. Rows of features are optional or required as declared, the fields of `sideRows` all optional.
 */
export const composeChanges = <L extends Definitions, S extends z.core.$ZodShape>(features: L, sideRows: S) => ({
  /**
   * Rows of one conversation that changed, each in its present state. A live event carries the change of one rev, the
   * answer to a sync all changes since a position. Clients apply both in the same way: upsert by id, the newer rev
   * wins.
   */
  ConversationChange: z
    .strictObject({
      conversationId: Id,
      rev: Rev.describe('The position after this change.'),
      ...mergeSections(features, 'conversationRows'),
      ...z.strictObject(sideRows).partial().shape,
    })
    .meta({ id: 'ConversationChange' }),

  /** Changes that only one user gets, such as own memberships with read positions, and joined conversations. */
  AccountChange: z.strictObject({ rev: Rev, ...mergeSections(features, 'accountRows') }).meta({ id: 'AccountChange' }),
})

type WithPayload<E, Change extends z.ZodType> = Flat<{
  [N in keyof E]: E[N] extends ConversationEvent ? EventDefinition<Change, true> : E[N]
}>

/**
 * Returns the events of these features by name; those made by `conversationEvent` become durable events with `change`
 * as their payload, the others stay as they are.
 */
export const eventsOf = <L extends Definitions, Change extends z.ZodType>(
  features: L,
  change: Change,
): WithPayload<MergedSections<L, 'events'>, Change> => {
  const events = Object.entries(
    mergeSections(features, 'events') as Record<string, EventDefinition | ConversationEvent>,
  )
  return Object.fromEntries(
    events.map(([name, event]) => [name, 'changes' in event ? durable(event.summary, change) : event]),
  ) as WithPayload<MergedSections<L, 'events'>, Change>
}
