import pino from 'pino'
import { expect, test } from 'vitest'
import { createDeliver } from './deliver.ts'
import type { Delivery } from './delivery.ts'

const hinted: Delivery = { name: 'sync.hinted', payload: {}, audience: { channels: [{ kind: 'user', id: 'ana' }] } }
const ended: Delivery = {
  name: 'session.ended',
  payload: { reason: 'revoked' },
  audience: { channels: [{ kind: 'session', id: 'one' }] },
}

test('a listener of some events gets only these, before the listeners of all events, until it is removed', async () => {
  const deliver = createDeliver(pino({ level: 'silent' }))
  const heard: string[] = []
  deliver.listen((deliveries) => void heard.push(`all of ${deliveries.length}`))
  const stop = deliver.listen((deliveries) => void heard.push(...deliveries.map(({ name }) => name)), ['session.ended'])
  await deliver([hinted, ended])
  await deliver([hinted])
  stop()
  await deliver([ended])
  expect(heard).toEqual(['session.ended', 'all of 2', 'all of 1', 'all of 1'])
})
