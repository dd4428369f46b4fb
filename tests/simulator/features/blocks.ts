import type { Block } from '@parley/protocol'
import { type ModelOperations, type ModelRun, Refusal } from '../model-run.ts'
import { userOf } from '../model-world.ts'
import type { Simulation } from '../simulation.ts'
import type { Actions, SimulatorFeature } from '../simulator-feature.ts'

const someone = ({ userIds }: Simulation, n: number) => userIds[n % userIds.length] ?? ''

const actions: Actions = {
  block: [1, (simulation, tab, _, n) => tab.chat.blocks.add(someone(simulation, n))],
  unblock: [1, (simulation, tab, _, n) => tab.chat.blocks.remove(someone(simulation, n))],
}

/** Changes a block. The model has only the account's rows of a block, and none of its effects on others. */
function put({ world, userId, deliveries }: ModelRun, otherId: string, removed: boolean) {
  const make = (rev: number): Block => ({ userId: otherId, removed, since: 0, rev })
  const block = world.putAccountRow(userId, 'blocks', otherId, make)
  const payload = { rev: block.rev, memberships: [], summaries: [], blocks: [block], users: [userOf(otherId)] }
  deliveries.push({ name: 'account.updated', payload, userIds: [userId] })
  return { block }
}

const heldBy = ({ world, userId }: ModelRun, otherId: string) =>
  world.accountRows.get(`${userId} blocks ${otherId}`)?.row as Block | undefined

const operations: ModelOperations = {
  'block.add': (run, { userId }) => {
    if (userId === run.userId) throw new Refusal('invalid_input')
    const held = heldBy(run, userId)
    return held && !held.removed ? { block: held } : put(run, userId, false)
  },
  'block.remove': (run, { userId }) => {
    const held = heldBy(run, userId)
    if (!held) throw new Refusal('not_found')
    return held.removed ? { block: held } : put(run, userId, true)
  },
}

export const blocks: SimulatorFeature = {
  actions,
  operations,
  accountSince: ({ world, userId, since, isAnew }) =>
    world.rowsOfAccount<Block>(userId, 'blocks').flatMap((row) => {
      if (row.rev <= since || (isAnew && row.removed)) return []
      return [{ rev: row.rev, rows: { blocks: [row], users: [userOf(row.userId)] } }]
    }),
  checkAccount: (world, state, userId, say) => {
    const blocked = (rows: readonly Block[]) => rows.flatMap((row) => (row.removed ? [] : row.userId)).sort()
    const [here, there] = [blocked(Object.values(state.blocks)), blocked(world.rowsOfAccount<Block>(userId, 'blocks'))]
    if (here.join() !== there.join()) say(`blocks ${here.join()} in place of ${there.join()}`)
  },
}
