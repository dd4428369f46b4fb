import type { Output } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'
import { tapWire } from './wire.ts'

/* E11 in the app. */

let stage: Stage
let ana: Visitor
let bo: Visitor
let token: string
let anaId: string

beforeAll(async () => {
  stage = await startStage()
  anaId = (await stage.server.register('ana')).user.id
  token = (await stage.server.register('bo')).accessToken
  ana = await stage.signedIn('ana')
  bo = await stage.signedIn('bo', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
})
afterAll(() => stage?.close())

test('a conversation is hidden from the panel beside it, and is shown again with the next message', async () => {
  await ana.button('Write to somebody').click()
  await ana.dialog.getByRole('searchbox').fill('bo')
  await ana.dialog.getByRole('button', { name: 'Write to bo' }).click()
  await ana.say('Hello, bo')
  await bo.open('ana')
  await bo.sees('Hello, bo')
  await bo.button('About this person').click()
  await bo.button('Hide conversation').click()
  await bo.isIn()
  await expect.poll(() => bo.conversation('ana').count()).toBe(0)
  await ana.say('Are you there?')
  await bo.open('ana')
  await bo.sees('Are you there?')
})

test('one that is hidden on another device is no more among what is unread', async () => {
  await bo.page.goto(stage.server.url)
  await bo.isIn()
  await ana.say('And now?')
  await expect.poll(() => bo.page.title()).toMatch(/^\(\d/u)
  const { data } = (await (await stage.server.rest('GET', '/conversations', { token })).json()) as {
    data: Output<'conversation.list'>
  }
  await stage.server.rest('PUT', `/hidings/${data.summaries[0]?.conversation.id}`, { token })
  await expect.poll(() => bo.page.title()).not.toMatch(/^\(/u)
})

test('who has hidden all gets the empty list, finds a hidden one by its name, and shows it again', async () => {
  await bo.page.goto(stage.server.url)
  await bo.page.getByText('All your conversations are hidden').waitFor()
  await bo.button('Write to somebody').waitFor()
  const filter = bo.page.getByRole('searchbox', { name: 'Filter conversations by name' })
  await filter.fill('cleo')
  await bo.page.getByText('No conversation of that name').waitFor()
  await filter.fill('ana')
  await bo.open('ana')
  await bo.button('About this person').click()
  await bo.button('Show in the list again').click()
  await bo.button('Hide conversation').waitFor()
  await bo.page.goto(stage.server.url)
  await bo.conversation('ana').waitFor()
  await expect.poll(() => bo.page.getByText('All your conversations are hidden').count()).toBe(0)
})

test('a filter of blanks is none: invitations stay, and nothing is missed', async () => {
  const cy = await stage.server.connect(await stage.server.register('cy'))
  const { summary } = await cy.ask('conversation.create', { name: 'Garden', visibility: 'private' })
  await cy.ask('membership.invite', { conversationId: summary.conversation.id, userIds: [anaId] })
  const invitation = ana.page.getByRole('list', { name: 'Invitations' })
  await invitation.getByText('Garden').waitFor()
  const filter = ana.page.getByRole('searchbox', { name: 'Filter conversations by name' })
  await filter.fill('x')
  await invitation.waitFor({ state: 'detached' })
  await filter.fill('  ')
  await ana.conversation('bo').waitFor()
  await invitation.getByText('Garden').waitFor()
  await filter.fill('')
})

test('the button that hides says that it is at it', async () => {
  const wire = await tapWire(ana.page)
  await ana.page.reload()
  await ana.open('bo')
  await ana.button('About this person').click()
  const held = wire.hold('hiding.set')
  await ana.button('Hide conversation').click()
  await expect.poll(held.held).toBe(1)
  await expect.poll(() => ana.button('Hide conversation').getAttribute('aria-busy')).toBe('true')
  held.release()
  await ana.button('Hide conversation').waitFor({ state: 'detached' })
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
