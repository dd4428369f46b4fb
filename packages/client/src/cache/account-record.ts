import type { ChatState } from '../chat-state.ts'
import type { AccountField } from '../client-feature.ts'
import { emptyRecord, putNewer, withFields } from './records.ts'

/** The fields of the state that hold rows of the account, under the name that these have in an `AccountChange`. */
type AccountRecordName = AccountField & keyof ChatState

type Row<F extends AccountRecordName> = ChatState[F] extends Record<string, infer R> ? R : never

/**
 * Makes what a feature needs to hold rows of the account in the field `name` of the state, by the value of their field
 * `key`: `state` and `accountRows` of its `ClientFeature`, and `take`, which applies rows of an answer. Newer rows that
 * are held stay.
 *
 * @example
 * const { take, ...parts } = accountRecord('blocks', 'userId')
 * export const blocks: ClientFeature<Blocks, BlocksState> = { create: createBlocks, ...parts }
 */
export function accountRecord<F extends AccountRecordName>(name: F, key: keyof Row<F> & string) {
  const take = (state: ChatState, rows: readonly Row<F>[]): ChatState =>
    withFields(state, {
      [name]: putNewer(state[name] as unknown as Record<string, never>, rows as readonly never[], key),
    } as unknown as Partial<ChatState>)
  return {
    take,
    state: { initial: { [name]: emptyRecord } as unknown as Pick<ChatState, F> },
    accountRows: { [name]: { apply: take } } as unknown as { [N in F]: { apply: typeof take } },
  }
}
