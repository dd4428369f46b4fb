import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'
import { tapWire, type Wire } from './wire.ts'

/* Lists in pages, of which the server refuses one, and how often they are asked for. */

let stage: Stage
let admin: Visitor
let wire: Wire
let bo: TestSocket
let cy: TestSocket
/** That of "Room 60". */
let conversationId: string

beforeAll(async () => {
  stage = await startStage()
  await stage.server.register('admin')
  bo = await stage.server.connect(await stage.server.register('bo'))
  cy = await stage.server.connect(await stage.server.register('cy'))
  for (let place = 1; place <= 60; place++) {
    conversationId = (await bo.ask('conversation.create', { name: `Room ${place}` })).summary.conversation.id
  }
  admin = await stage.signedIn('admin')
  wire = await tapWire(admin.page)
})
afterAll(() => stage?.close())
beforeEach(async () => {
  wire.refuse(() => false)
  await admin.page.reload()
  await admin.isIn()
})

const refusal = () => admin.page.getByText('Your role does not allow this.')

/** Asks for a further page of the public rooms, which is refused; `allow` ends that, and `more` asks again. */
async function refusedPage() {
  await admin.button('Public rooms').click()
  const more = admin.dialog.getByRole('button', { name: 'Show more rooms' })
  await more.waitFor()
  const allow = wire.refuse((packet) => packet.includes('"conversation.discover"'))
  await more.click()
  await refusal().waitFor()
  return { more, allow }
}

test('a further page of a search that fails says so at its button, which is in sight', async () => {
  const { more, allow } = await refusedPage()
  const [reason, row] = await Promise.all([
    refusal().boundingBox(),
    admin.dialog.getByRole('listitem').last().boundingBox(),
  ])
  expect(reason?.y).toBeGreaterThan(row?.y ?? Number.NaN)
  allow()
  await more.click()
  await refusal().waitFor({ state: 'detached' })
  await expect.poll(() => admin.dialog.getByRole('listitem').count()).toBe(60)
})

test('the failure of a further page is gone with the answer to another search', async () => {
  const { allow } = await refusedPage()
  allow()
  await admin.dialog.getByRole('searchbox').fill('Room 59')
  await expect.poll(() => admin.dialog.getByRole('listitem').count()).toBe(1)
  expect(await refusal().count()).toBe(0)
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

test('a list that could not be loaded again after a change is loaded by the button that tries again', async () => {
  await cy.ask('membership.join', { conversationId })
  const messageId = newId()
  await bo.ask('message.send', { id: messageId, conversationId, body: { kind: 'plain', text: 'Lunch?' } })
  await bo.ask('reaction.add', { messageId, emoji: '👍' })
  await admin.message('Lunch?').getByRole('button', { name: '👍 1 reaction' }).click({ button: 'right' })
  await admin.dialog.getByText('@bo').waitFor()
  const allow = wire.refuse((packet) => packet.includes('"reaction.list"'))
  await cy.ask('reaction.add', { messageId, emoji: '👍' })
  await refusal().waitFor()
  expect(await admin.dialog.getByText('@cy').count()).toBe(0)
  allow()
  await admin.dialog.getByRole('button', { name: 'Try again' }).click()
  await admin.dialog.getByText('@cy').waitFor()
  expect(await refusal().count()).toBe(0)
})

test('the readers of a message are asked for again when one of them has read it, not when others join', async () => {
  await admin.say('Who reads this?')
  await admin.sees('Who reads this?', 'Sent')
  let asked = 0
  wire.refuse((packet) => {
    asked += Number(packet.includes('"receipt.list"'))
    return false
  })
  await admin.chooses('Who reads this?', 'Who has read it')
  await admin.dialog.getByText('@bo').waitFor()
  const dan = await stage.server.connect(await stage.server.register('dan'))
  await dan.ask('membership.join', { conversationId })
  await admin.page.getByText('4 members').first().waitFor({ state: 'attached' })
  // Who joined after the message is no reader of it.
  await dan.ask('message.send', { id: newId(), conversationId, body: { kind: 'plain', text: 'I have just come' } })
  await dan.ask('receipt.read', { conversationId, seq: 3 })
  await admin.page.getByText('I have just come').first().waitFor({ state: 'attached' })
  await bo.ask('receipt.read', { conversationId, seq: 3 })
  await admin.dialog.getByRole('region', { name: 'Read by' }).getByText('@bo').waitFor()
  expect(asked).toBe(2)
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
