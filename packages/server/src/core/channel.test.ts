import { expect, test } from 'vitest'
import { channelKinds, channelName, parseChannel } from './channel.ts'

test.each(channelKinds)('the name of a channel of kind %s leads back to it', (kind) => {
  for (const id of ['1', '', 'c:1', 'with space']) {
    expect(parseChannel(channelName({ kind, id }))).toEqual({ kind, id })
  }
})

test('no two kinds share a name', () => {
  expect(new Set(channelKinds.map((kind) => channelName({ kind, id: '1' }))).size).toBe(channelKinds.length)
})

test.each(['', 'c', ':', 'x:1', 'cc:1', 'lagging', 'nodes', 'Hk3m_2wq-Zp0AAAB'])('"%s" names no channel', (name) => {
  expect(parseChannel(name)).toBeUndefined()
})
