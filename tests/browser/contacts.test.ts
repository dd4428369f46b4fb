import { newId, plain } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
/** On a phone. */
let bo: Visitor

beforeAll(async () => {
  stage = await startStage()
  for (const name of ['ana', 'bo', 'cy']) await stage.server.register(name)
  ana = await stage.signedIn('ana')
  bo = await stage.signedIn('bo', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
})
afterAll(() => stage?.close())

const contacts = (visitor: Visitor) => visitor.button(/^Contacts/)
const tab = (visitor: Visitor, name: string) => visitor.dialog.getByRole('tab', { name, exact: true })
const closes = (visitor: Visitor) => visitor.dialog.getByRole('button', { name: 'Close' }).click()

/** Closes whatever stands over the page. */
const back = (visitor: Visitor) => visitor.button('Back to the conversations').click()

test('a user finds another with the keyboard, sends a request, and sees that it is open', async () => {
  await contacts(ana).focus()
  await ana.page.keyboard.press('Enter')
  await ana.dialog.getByText('You have no contacts yet').waitFor()
  await ana.dialog.getByRole('button', { name: 'Find people' }).click()
  await ana.dialog.getByRole('searchbox', { name: 'Find a person' }).fill('bo')
  const ask = ana.dialog.getByRole('button', { name: 'Add contact bo' })
  await ask.focus()
  await ana.page.keyboard.press('Enter')
  await ana.dialog.getByRole('button', { name: 'Withdraw your request to bo' }).waitFor()
  await closes(ana)
})

test('the other user sees a badge and accepts, and both send messages', async () => {
  await bo.button('Contacts, 1 request to answer').click()
  await bo.dialog.getByRole('button', { name: 'Accept the request of ana' }).click()
  await tab(bo, 'People').click()
  await bo.dialog.getByRole('button', { name: 'Write to ana' }).click()
  await bo.say('Hello, contact')
  await ana.open('bo')
  await ana.sees('Hello, contact')
  await ana.say('Hello, bo')
  await bo.sees('Hello, bo')
  await back(bo)
  await expect.poll(() => contacts(bo).getAttribute('aria-label')).toBe('Contacts')
})

test('E7: the header of a direct conversation has the user name, which is unique', async () => {
  const namesake = await stage.server.connect(await stage.server.register('bo2'))
  await namesake.ask('user.update', { displayName: 'bo' })
  const { users } = await namesake.ask('user.search', { query: 'ana' })
  const { summary } = await namesake.ask('conversation.openDirect', { userId: users[0]?.id ?? '' })
  const message = { conversationId: summary.conversation.id, id: newId(), body: plain('It is me, bo') }
  await namesake.ask('message.send', message)
  const detail = () => ana.page.locator('.parley-header__detail').textContent()
  await expect.poll(detail).toBe('@boOnline')
  await ana.page.getByText('It is me, bo').click()
  await expect.poll(detail).toBe('@bo2Online')
  await ana.page.getByText('Hello, bo').click()
  await expect.poll(detail).toBe('@boOnline')
  namesake.close()
})

test('a user is blocked from the panel beside the conversation, after a question', async () => {
  await ana.button('About this person').click()
  await ana.panel.getByRole('button', { name: 'Block bo' }).click()
  const told = ana.dialog.getByText('They are not notified.', { exact: false })
  expect(await told.evaluate((own) => getComputedStyle(own).textAlign)).toBe('start')
  await ana.dialog.getByRole('button', { name: 'Block', exact: true }).click()
  await ana.page.getByText('You blocked bo. Unblock them to write again.').waitFor()
  expect(await ana.composer.count()).toBe(0)
})

test('a blocked user sees no reason: sends are refused, and a sentence takes the place of the composer', async () => {
  await bo.open('ana')
  expect(await bo.page.getByText(/block/i).count()).toBe(0)
  await bo.say('Are you there?')
  await bo.page.getByText('You cannot write to ana at the moment.').waitFor()
  await bo.message('Are you there?').getByRole('alert').waitFor()
  expect(await bo.page.getByText(/block/i).count()).toBe(0)
  expect(await ana.message('Are you there?').count()).toBe(0)
  await bo.button('Delete').click()
  await bo.composer.waitFor()
  await back(bo)
  // Nor are they contacts any more, or found by each other.
  await contacts(bo).click()
  await bo.dialog.getByText('You have no contacts yet').waitFor()
  await tab(bo, 'Find people').click()
  await bo.dialog.getByRole('searchbox', { name: 'Find a person' }).fill('ana')
  await bo.dialog.getByText('Nobody found.').waitFor()
  await closes(bo)
})

test('the blocking user finds the other in the list and lifts the block', async () => {
  await contacts(ana).click()
  await tab(ana, 'Blocked').click()
  await ana.dialog.getByRole('button', { name: 'Unblock bo' }).click()
  await ana.dialog.getByText('You have not blocked anybody').waitFor()
  await closes(ana)
  await ana.composer.waitFor()
  await ana.say('Back again')
  await bo.open('ana')
  await bo.sees('Back again')
})

test('the sender of a declined request sees it as open', async () => {
  const cy = await stage.signedIn('cy')
  await contacts(cy).click()
  await tab(cy, 'Find people').click()
  await cy.dialog.getByRole('searchbox', { name: 'Find a person' }).fill('ana')
  await cy.dialog.getByRole('button', { name: 'Add contact ana' }).click()
  await ana.button('Contacts, 1 request to answer').click()
  await ana.dialog.getByRole('button', { name: 'Decline the request of cy' }).click()
  await ana.dialog.getByText('No open requests').waitFor()
  await closes(ana)
  await tab(cy, 'Requests').click()
  await cy.dialog.getByText('waiting', { exact: false }).first().waitFor()
  await closes(cy)
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
