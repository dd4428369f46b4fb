import type {
  AccountField,
  AccountRowKind,
  ClientFeature,
  ConversationField,
  ConversationRowKind,
} from '../client-feature.ts'

/** Pairs of a field and a kind that applies its rows. The types are checked where a feature declares the pair. */
type Kinds<Field, Kind> = readonly (readonly [Field, Kind])[]
export type ConversationKinds = Kinds<ConversationField, ConversationRowKind<unknown>>
export type AccountKinds = Kinds<AccountField, AccountRowKind<unknown>>

/**
 * The row kinds of conversations that these features declare, each with its field, in the order of the features.
 * Several kinds may have the same field.
 */
export const conversationKindsOf = (features: readonly ClientFeature[]) =>
  features.flatMap(({ conversationRows = {} }) => Object.entries(conversationRows)) as ConversationKinds

/**
 * The row kinds of the account that these features declare, each with its field, in the order of the features. Several
 * kinds may have the same field.
 */
export const accountKindsOf = (features: readonly ClientFeature[]) =>
  features.flatMap(({ accountRows = {} }) => Object.entries(accountRows)) as AccountKinds

/**
 * The kinds for whose field this change has rows, each with these rows, in the order of `kinds`. Leaves out a kind
 * whose field is undefined in the change, and ignores fields without a kind.
 */
export const rowsIn = <Field extends string, Kind>(
  change: { readonly [F in Field]?: unknown },
  kinds: Kinds<Field, Kind>,
): (readonly [Kind, unknown])[] =>
  kinds.flatMap(([field, kind]) => (change[field] === undefined ? [] : [[kind, change[field]] as const]))
