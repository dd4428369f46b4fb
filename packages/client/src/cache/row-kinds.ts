import type {
  AccountField,
  AccountRowKind,
  ClientFeature,
  ConversationField,
  ConversationRowKind,
} from '../client-feature.ts'

/** Each kind with the field whose rows it takes. That the two fit each other is checked where a feature declares them. */
type Kinds<Field, Kind> = readonly (readonly [Field, Kind])[]
export type ConversationKinds = Kinds<ConversationField, ConversationRowKind<unknown>>
export type AccountKinds = Kinds<AccountField, AccountRowKind<unknown>>

export const conversationKindsOf = (features: readonly ClientFeature[]) =>
  features.flatMap(({ conversationRows = {} }) => Object.entries(conversationRows)) as ConversationKinds

export const accountKindsOf = (features: readonly ClientFeature[]) =>
  features.flatMap(({ accountRows = {} }) => Object.entries(accountRows)) as AccountKinds

/** Each kind of which a change has rows, with these rows. */
export const rowsIn = <Field extends string, Kind>(
  change: { readonly [F in Field]?: unknown },
  kinds: Kinds<Field, Kind>,
): (readonly [Kind, unknown])[] =>
  kinds.flatMap(([field, kind]) => (change[field] === undefined ? [] : [[kind, change[field]] as const]))
