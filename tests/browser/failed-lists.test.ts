import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'
import { tapWire, type Wire } from './wire.ts'

/* Lists in pages, of which the server refuses one. */

let stage: Stage
let admin: Visitor
let wire: Wire

beforeAll(async () => {
  stage = await startStage()
  await stage.server.register('admin')
  const bo = await stage.server.connect(await stage.server.register('bo'))
  for (let place = 1; place <= 60; place++) await bo.ask('conversation.create', { name: `Room ${place}` })
  admin = await stage.signedIn('admin')
  wire = await tapWire(admin.page)
  await admin.page.reload()
  await admin.isIn()
})
afterAll(() => stage?.close())

const refusal = () => admin.page.getByText('Your role does not allow this.')

test('a further page of a search that fails says so at its button, which is in sight', async () => {
  await admin.button('Public rooms').click()
  const more = admin.dialog.getByRole('button', { name: 'Show more rooms' })
  await more.waitFor()
  const allow = wire.refuse((packet) => packet.includes('"conversation.discover"'))
  await more.click()
  await refusal().waitFor()
  const [reason, row] = await Promise.all([
    refusal().boundingBox(),
    admin.dialog.getByRole('listitem').last().boundingBox(),
  ])
  expect(reason?.y).toBeGreaterThan(row?.y ?? Number.NaN)
  allow()
  await more.click()
  await refusal().waitFor({ state: 'detached' })
  await expect.poll(() => admin.dialog.getByRole('listitem').count()).toBe(60)
  await admin.dialog.getByRole('button', { name: 'Close' }).click()
})

test('members who cannot be loaded are loaded by a button', async () => {
  const allow = wire.refuse((packet) => packet.includes('"membership.list"'))
  await admin.joinRoom('Room 60')
  await admin.button('Members and settings').click()
  await admin.panel.getByText('Your role does not allow this.').waitFor()
  allow()
  await admin.panel.getByRole('button', { name: 'Try again' }).click()
  await admin.panel.getByRole('list', { name: 'Members' }).getByText('@bo').waitFor()
  expect(await refusal().count()).toBe(0)
})

test('a list of the administration that cannot be loaded is loaded by a button', async () => {
  const allow = wire.refuse((packet) => packet.includes('"administration.list'))
  await admin.opensSettings('Administration')
  await admin.button('Open the administration').click()
  for (const name of ['People', 'Rooms', 'Log']) {
    await admin.page.getByRole('tab', { name, exact: true }).click()
    await refusal().waitFor()
    await admin.button('Try again').waitFor()
  }
  await admin.page.getByRole('tab', { name: 'People', exact: true }).click()
  await refusal().waitFor()
  allow()
  await admin.button('Try again').click()
  await admin.page.getByRole('list', { name: 'People' }).getByText('@bo').waitFor()
  expect(await refusal().count()).toBe(0)
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
