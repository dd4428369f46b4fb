import type { Hiding } from '@parley/protocol'
import type { FlowFeature } from '../flow-feature.ts'

declare module '../reference-device.ts' {
  interface Device {
    hidings?: ReadonlyMap<string, Hiding>
  }
}

export const hidings: FlowFeature = {
  causes: {
    'account.updated': {
      'the observer hides a conversation, shows it and hides it again': async ({ cleo, eye }) => {
        const { summary } = await eye.ask('conversation.openDirect', { userId: cleo.id })
        const { id: conversationId } = summary.conversation
        await eye.ask('hiding.set', { conversationId })
        await eye.ask('hiding.remove', { conversationId })
        await eye.ask('hiding.set', { conversationId })
      },
    },
  },
  applyAccount: (device, { hidings: news = [] }) => {
    const held = new Map(device.hidings)
    for (const row of news) {
      if (row.removed) held.delete(row.conversationId)
      else held.set(row.conversationId, row)
    }
    return { ...device, hidings: held }
  },
  viewAccount: ({ hidings: held = new Map() }) => ({ hidings: Object.fromEntries([...held].sort()) }),
}
