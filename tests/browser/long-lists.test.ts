import { registerMany } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
beforeAll(async () => {
  stage = await startStage()
  const bo = await stage.server.connect(await stage.server.register('bo'))
  for (let i = 0; i < 60; i++) {
    await bo.ask('conversation.create', { name: `Meadow ${i}`, visibility: 'public' })
  }
  for (let i = 0; i < 30; i++) await stage.server.register(`kin${String(i).padStart(2, '0')}`)
  await stage.server.register('ana')
  ana = await stage.signedIn('ana')
})
afterAll(() => stage?.close())

const rows = () => ana.dialog.getByRole('listitem')

test('D6: a user can scroll through all public rooms and all users', async () => {
  await ana.begins('Public rooms')
  await ana.dialog.getByText('Meadow 59', { exact: true }).waitFor()
  expect(await rows().count()).toBe(50)
  await ana.dialog.getByRole('button', { name: 'Show more rooms' }).click()
  await ana.dialog.getByText('Meadow 0', { exact: true }).waitFor()
  expect(await rows().count()).toBe(60)
  expect(await ana.dialog.getByRole('button', { name: 'Show more rooms' }).count()).toBe(0)
  await ana.dialog.getByRole('button', { name: 'Close' }).click()

  await ana.begins('Write to somebody')
  await ana.dialog.getByRole('searchbox').fill('kin')
  await ana.dialog.getByText('@kin19').waitFor()
  await ana.dialog.getByRole('button', { name: 'Show more people' }).click()
  await ana.dialog.getByText('@kin29').waitFor()
  expect(await rows().count()).toBe(30)
  expect(stage.problems).toEqual([])
})

test('E6: a conversation is found by its name in each form in which it may be typed', async () => {
  await ana.page.keyboard.press('Escape')
  for (const name of ['Café', 'Straße', 'Οδυσσεύς', 'Garden']) await ana.createRoom(name)
  const field = ana.page.getByRole('searchbox', { name: 'Filter conversations by name' })
  const names = () =>
    ana.page
      .getByRole('navigation')
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.querySelector('bdi')?.textContent))
  for (const [typed, name] of [
    ['cafe\u0301', 'Café'],
    ['ＣＡＦＥ', 'Café'],
    ['STRASSE', 'Straße'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσεύς'],
    ['οδυσσευσ', 'Οδυσσεύς'],
  ] as const) {
    await field.fill(typed)
    await expect.poll(names, { message: typed }).toEqual([name])
  }
})

test('D6: contacts beyond the first hundred are shown by their present names, too', async () => {
  const { server } = stage
  const dora = await server.register('dora')
  const asked = await registerMany(server, 103)
  for (const { user, accessToken } of asked) {
    await server.rest('PUT', `/contacts/${user.id}`, { token: dora.accessToken })
    await server.rest('PUT', `/contacts/${dora.user.id}`, { token: accessToken })
  }
  const visitor = await stage.signedIn('dora')
  const last = asked
    .map(({ user }) => user.id)
    .sort()
    .at(-1)
  const token = asked.find(({ user }) => user.id === last)?.accessToken ?? ''
  const renamed = await server.rest('PATCH', '/users/me', { token, body: { displayName: 'Somebody at last' } })
  expect(renamed.status).toBe(200)
  await visitor.button(/^Contacts/).click()
  await visitor.dialog.getByText('Somebody at last').waitFor()
  expect(await visitor.dialog.getByRole('listitem').count()).toBe(103)
})
