import type { PresenceStatus } from '@parley/protocol'
import { expect, test } from 'vitest'
import { createToldStatuses } from './told-statuses.ts'

const start = ({ compareMs = 1_000_000 } = {}) => {
  const there = new Map<string, PresenceStatus>()
  const told = createToldStatuses({ appearances: async () => there, compareMs })
  /** What three looks in a row find wrong. */
  const threeLooks = async () => {
    const first = [...(await told.look()), ...(await told.look())]
    return { first, third: [...(await told.look())] }
  }
  return { there, told, threeLooks }
}

test('what differs in three looks in a row is wrong, once hints were lost', async () => {
  const { there, told, threeLooks } = start()
  told.note('bo', 'online', 'everybody')
  there.set('bo', 'away')
  expect(await threeLooks()).toEqual({ first: [], third: [] })
  told.doubt()
  expect(await threeLooks()).toEqual({ first: [], third: [['bo', 'away']] })
})

test('who is gone for a look or two has not left', async () => {
  const { there, told } = start({ compareMs: 0 })
  told.note('bo', 'online', 'everybody')
  expect(await told.look()).toEqual(new Map())
  expect(await told.look()).toEqual(new Map())
  there.set('bo', 'online')
  expect(await told.look()).toEqual(new Map())
  there.clear()
  expect(await told.look()).toEqual(new Map())
  expect(await told.look()).toEqual(new Map())
  expect(await told.look()).toEqual(new Map([['bo', 'offline']]))
})

test('a status that changes from look to look is not sure', async () => {
  const { there, told } = start({ compareMs: 0 })
  told.note('bo', 'online', 'everybody')
  for (const status of ['away', 'busy', 'away', 'busy'] as const) {
    there.set('bo', status)
    expect(await told.look()).toEqual(new Map())
  }
})

test('one who was told otherwise than those before makes everybody be told, unless a hint did it first', async () => {
  const { there, told, threeLooks } = start()
  there.set('bo', 'online')
  told.note('bo', 'offline', 'somebody')
  told.note('bo', 'online', 'somebody')
  expect(await threeLooks()).toEqual({ first: [], third: [['bo', 'online']] })
  told.note('bo', 'online', 'everybody')
  told.note('cleo', 'online', 'somebody')
  told.note('cleo', 'offline', 'somebody')
  told.note('cleo', 'offline', 'everybody')
  expect(await threeLooks()).toEqual({ first: [], third: [] })
})

test('looks that fail prove nothing', async () => {
  let fails = true
  const told = createToldStatuses({
    appearances: async () => {
      if (fails) throw new Error('Redis is away')
      return new Map()
    },
    compareMs: 1_000_000,
  })
  told.note('bo', 'online', 'everybody')
  told.doubt()
  for (let count = 0; count < 3; count += 1) await expect(told.look()).rejects.toThrow('Redis is away')
  fails = false
  expect(await told.look()).toEqual(new Map())
  expect(await told.look()).toEqual(new Map())
  expect(await told.look()).toEqual(new Map([['bo', 'offline']]))
})
