import type { SignedIn } from '@parley/protocol'
import { enter, openDirect, openRoom, say } from '@parley/server/testing/people'
import { testKeys } from '@parley/server/testing/test-keys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.close())

test('a bot is marked as one in its messages, in the head of its conversation and among the members', async () => {
  const { server } = stage
  const [ana, bo] = await Promise.all(['ana', 'bo'].map(async (name) => enter(server, await server.register(name))))
  if (!ana || !bo) throw new Error('nobody came')
  const key = await testKeys(server).bot('echo')
  const user = { ...ana.user, id: key.userId, username: 'echo', displayName: 'echo' }
  const bot = await enter(server, { user, accessToken: key.text } as SignedIn)
  const room = await openRoom(ana, [bo, bot])
  await say(bo, room, 'Is a machine here?')
  await say(bot, room, 'I am one')
  await say(bot, await openDirect(bot, ana), 'Hello, Ana')

  const visitor = await stage.signedIn('ana')
  await visitor.open('Kitchen')
  await visitor.sees('I am one')
  const badge = visitor.page.getByText('Bot', { exact: true })
  await visitor.page.locator('p', { has: badge }).filter({ hasText: 'echo' }).waitFor()
  expect(await badge.count()).toBe(1)
  await visitor.button('Members and settings').click()
  await visitor.panel.getByText('Bot', { exact: true }).waitFor()
  expect(await visitor.panel.getByText('Bot', { exact: true }).count()).toBe(1)
  await visitor.conversation('Hello, Ana').click()
  await visitor.heading('echo').getByText('Bot', { exact: true }).waitFor()
  expect(stage.problems).toEqual([])
})
