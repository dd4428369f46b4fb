import type { Block, Input, Output } from '@parley/protocol'
import { emptyRecord, putNewer, withField } from '../cache/records.ts'
import type { CallOptions } from '../chat.ts'
import type { ChatState } from '../chat-state.ts'
import { type ClientContext, read, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { applyUsers } from '../users/user-rows.ts'

/** A page of the list of blocks: `limit` (1..100), and `after`, the last user id of the page before. */
export type BlockListOptions = Input<'block.list'> & CallOptions

/**
 * Whom this user blocks; in the state as `blocks`, also what a call has just changed. Promises reject with a ChatError
 * or an abort’s reason.
 */
export interface Blocks {
  /**
   * Blocks somebody: neither writes to the other, invites the other, or sees when the other is there, types or reads; a
   * contact of the two ends. They get no notice of it. Does nothing for one who is blocked already.
   *
   * @example
   * await chat.blocks.add('bob')
   */
  add(userId: string, options?: CallOptions): Promise<Block>
  /** Lifts the block; nothing that it ended comes back by itself. */
  remove(userId: string, options?: CallOptions): Promise<Block>
  /**
   * A page of the list. Puts its people into the state as `users`, but not its blocks, all of which the state has
   * already.
   */
  list(options?: BlockListOptions): Promise<Output<'block.list'>>
}

export interface BlocksState {
  /** By the id of the person who is blocked. Those that were lifted stay, with `removed`. */
  blocks: Record<string, Block>
}

export const blocks: ClientFeature<Blocks, BlocksState> = {
  create: createBlocks,
  state: { initial: { blocks: emptyRecord } },
  accountRows: { blocks: { apply: applyBlocks } },
}

function applyBlocks(state: ChatState, given: readonly Block[]): ChatState {
  return withField(state, 'blocks', putNewer(state.blocks, given, 'userId'))
}

function createBlocks(context: ClientContext): Blocks {
  const change =
    (name: 'block.add' | 'block.remove'): Blocks['add'] =>
    async (userId, options) => {
      const { epoch } = context.store.getState()
      const { block } = await context.call(name, { userId }, options)
      // The revs of a history that a backup replaced mean nothing in the new one.
      update(context, (state) => (state.epoch === epoch ? applyBlocks(state, [block]) : state))
      return block
    }
  return {
    add: change('block.add'),
    remove: change('block.remove'),
    async list({ signal, ...input } = {}) {
      const page = await read(context, 'block.list', input, { signal })
      update(context, (state) => applyUsers(state, page.users))
      return page
    },
  }
}
