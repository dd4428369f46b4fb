import type { Contact } from '@parley/protocol'
import type { FlowFeature, Turn } from '../flow-feature.ts'

declare module '../reference-device.ts' {
  interface Device {
    contacts?: ReadonlyMap<string, Contact>
  }
}

const person = ({ other }: Turn) => ({ userId: other.id })

const actions: FlowFeature['actions'] = {
  'ask for contact': [2, (turn) => turn.me.ask('contact.request', person(turn))],
  'accept a contact': [1, (turn) => turn.me.ask('contact.accept', person(turn))],
  'decline a contact': [1, (turn) => turn.me.ask('contact.decline', person(turn))],
  'withdraw a request': [1, (turn) => turn.me.ask('contact.withdraw', person(turn))],
  'remove a contact': [1, (turn) => turn.me.ask('contact.remove', person(turn))],
}

const causes: FlowFeature['causes'] = {
  'account.updated': {
    'the observer gets a contact request': async ({ server, eye }) => {
      const one = await server.connect(await server.register(`asker-${Date.now()}-${Math.random()}`.slice(0, 30)))
      await one.ask('contact.request', { userId: eye.id })
    },
    'requests cross, and the contact ends again': async ({ cleo, eye }) => {
      await eye.ask('contact.request', { userId: cleo.id })
      await cleo.ask('contact.request', { userId: eye.id })
      await cleo.ask('contact.remove', { userId: eye.id })
    },
    'a request is withdrawn and made again': async ({ cleo, eye }) => {
      await cleo.ask('contact.request', { userId: eye.id })
      await cleo.ask('contact.withdraw', { userId: eye.id })
      await cleo.ask('contact.request', { userId: eye.id })
      await eye.ask('contact.accept', { userId: cleo.id })
      await eye.ask('contact.remove', { userId: cleo.id })
    },
  },
}

export const contacts: FlowFeature = {
  actions,
  causes,
  applyAccount: (device, { contacts: news = [] }) => {
    const held = new Map(device.contacts)
    for (const row of news) {
      if (row.state === 'ended') held.delete(row.userId)
      else held.set(row.userId, row)
    }
    return { ...device, contacts: held }
  },
  viewAccount: ({ contacts: held = new Map() }) => ({ contacts: Object.fromEntries([...held].sort()) }),
}
