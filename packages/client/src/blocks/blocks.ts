import type { Block, Input, Output } from '@parley/protocol'
import { accountRecord } from '../cache/account-record.ts'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read, taking } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { takeUsers } from '../users/user-rows.ts'

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

const { take, ...parts } = accountRecord('blocks', 'userId')

export const blocks: ClientFeature<Blocks, BlocksState> = { create: createBlocks, ...parts }

function createBlocks(context: ClientContext): Blocks {
  const change =
    (name: 'block.add' | 'block.remove'): Blocks['add'] =>
    async (userId, options) => {
      const answer = context.call(name, { userId }, options)
      return (await taking(context, answer, (state, { block }) => take(state, [block]))).block
    }
  return {
    add: change('block.add'),
    remove: change('block.remove'),
    list: ({ signal, ...input } = {}) => taking(context, read(context, 'block.list', input, { signal }), takeUsers),
  }
}
