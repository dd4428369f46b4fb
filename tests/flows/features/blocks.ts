import type { Block } from '@parley/protocol'
import type { FlowFeature } from '../flow-feature.ts'

declare module '../reference-device.ts' {
  interface Device {
    blocks?: ReadonlyMap<string, Block>
  }
}

export const blocks: FlowFeature = {
  actions: {
    block: [1, ({ me, other }) => me.ask('block.add', { userId: other.id })],
    unblock: [2, ({ me, other }) => me.ask('block.remove', { userId: other.id })],
  },
  causes: {
    'account.updated': {
      'the observer blocks a user': async ({ server, eye }) => {
        const { user } = await server.register(`blocked-${Date.now()}-${Math.random()}`.slice(0, 30))
        await eye.ask('block.add', { userId: user.id })
      },
      'a block ends a contact, and is lifted': async ({ cleo, eye }) => {
        await eye.ask('contact.request', { userId: cleo.id })
        await cleo.ask('contact.request', { userId: eye.id })
        await eye.ask('block.add', { userId: cleo.id })
        await eye.ask('block.remove', { userId: cleo.id })
      },
    },
  },
  applyAccount: (device, { blocks: news = [] }) => {
    const held = new Map(device.blocks)
    for (const row of news) {
      if (row.removed) held.delete(row.userId)
      else held.set(row.userId, row)
    }
    return { ...device, blocks: held }
  },
  viewAccount: ({ blocks: held = new Map() }) => ({ blocks: Object.fromEntries([...held].sort()) }),
}
