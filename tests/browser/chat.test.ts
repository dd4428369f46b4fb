import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
let bo: Visitor

beforeAll(async () => {
  stage = await startStage()
  // Where things move, as they do for most people.
  ana = await stage.visitor({ reducedMotion: 'no-preference', permissions: ['clipboard-read', 'clipboard-write'] })
  bo = await stage.visitor()
})
afterAll(() => stage?.close())

const title = (visitor: Visitor) => visitor.page.title()

test('the first user reads that there is no other user yet', async () => {
  await ana.register('ana', 'Ana Moreau')
  await ana.button('Write to somebody').click()
  const alone = ana.dialog.getByText('Nobody else is here yet')
  await alone.waitFor()
  await ana.dialog.getByLabel('Find a person').fill('nobody of that name')
  await ana.dialog.getByText('Nobody found').waitFor()
  expect(await alone.count()).toBe(0)
  await ana.dialog.getByRole('button', { name: 'Close' }).click()
})

test('two users register, meet in a room and talk', async () => {
  await ana.createRoom('Kitchen')
  // Alone in a new room, one is shown the way to others.
  await ana.button('Add people').waitFor()
  await ana.button('Set topic').click()
  await ana.dialog.getByLabel('Topic').fill('What we eat')
  await ana.dialog.getByRole('button', { name: 'Save' }).click()
  await ana.button('Set topic').waitFor({ state: 'detached' })
  await ana.button('Copy link').click()
  await ana.button('Link copied').waitFor()
  const link = await ana.page.evaluate(() => navigator.clipboard.readText())
  // It leads through the sign-in to the room, and a person who is not in it may join.
  await bo.page.goto(link)
  await bo.register('bo', 'Bo Lind')
  await bo.button('Join').click()
  await bo.heading('Kitchen').waitFor()
  await ana.button('Add people').waitFor({ state: 'detached' })
  expect(await bo.button('Add people').count()).toBe(0)
  await ana.say('Is anybody hungry?')
  await bo.sees('Is anybody hungry?')
  await bo.say('Always')
  await ana.sees('Always')
  expect(await ana.message('Always').count()).toBe(1)
  expect(await bo.message('Always').count()).toBe(1)
  // Emoji alone are shown large; beside words, and as digits, they are text.
  for (const text of ['👍🏽 ❤️', '12', 'Soup 🍲']) await ana.say(text)
  await bo.sees('Soup 🍲')
  const large = bo.page.locator('.parley-bubble__emoji')
  expect(await large.allInnerTexts()).toEqual(['👍🏽 ❤️'])
  expect(await large.evaluate((own) => getComputedStyle(own).fontSize)).toBe('32px')
})

test('the element of an own message stays the same until the acknowledgement', async () => {
  const drawn = await ana.page.locator('.parley-rows').evaluateHandle((list) => {
    const elements: Node[] = []
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) elements.push(...addedNodes)
    }).observe(list, { childList: true })
    return elements
  })
  await ana.say('Soup or salad?')
  await ana.sees('Soup or salad?', 'Read')
  expect(await drawn.evaluate((elements) => elements.length)).toBe(1)
})

test('typing is shown while a user writes, and ends when they send', async () => {
  const line = ana.page.getByText('Bo Lind is typing').and(ana.page.locator('p *'))
  await bo.composer.pressSequentially('Soup')
  await line.waitFor()
  expect(await bo.page.getByText('is typing').count()).toBe(0)
  await bo.composer.press('Enter')
  await ana.sees('Soup')
  await line.waitFor({ state: 'detached' })
})

test('D2: close to the limit the composer counts characters, and above it the composer says so and sends nothing', async () => {
  const alert = ana.page.getByRole('alert').getByText('A message has at most 4,000 characters.')
  await ana.composer.fill('x'.repeat(3_900))
  await ana.page.getByText('100 characters left').waitFor()
  expect(await alert.count()).toBe(0)
  await ana.composer.fill('x'.repeat(4_001))
  await alert.waitFor()
  await ana.composer.press('Enter')
  expect(await ana.button('Send').isDisabled()).toBe(true)
  expect(await ana.composer.inputValue()).toHaveLength(4_001)
  await ana.composer.fill('')
  await alert.waitFor({ state: 'detached' })
})

test('a chosen status is shown to others', async () => {
  await ana.button('Members and settings').click()
  const other = ana.panel.getByRole('listitem').filter({ hasText: 'Bo Lind' })
  await other.filter({ hasText: 'Online' }).waitFor()
  await bo.sets('Busy')
  await other.filter({ hasText: 'Busy' }).waitFor()
  await bo.sets('Appear offline')
  await other.filter({ hasText: 'Offline' }).waitFor()
  await bo.sets('Online')
  await other.filter({ hasText: 'Online' }).waitFor()
  await ana.panel.getByRole('button', { name: 'Close' }).click()
})

test('unread messages are counted, and become read only by opening the conversation', async () => {
  await ana.createRoom('Garden')
  await bo.say('Dinner is ready')
  await bo.say('It gets cold')
  await ana.conversation('Kitchen').filter({ hasText: '2 unread' }).waitFor()
  await expect.poll(() => title(ana)).toBe('(2) Garden · Parley')
  await bo.sees('It gets cold', 'Delivered')
  expect(await bo.message('It gets cold').getByText('Read', { exact: true }).count()).toBe(0)

  await ana.open('Kitchen')
  await ana.message('Dinner is ready').filter({ hasText: 'New' }).waitFor()
  await bo.sees('It gets cold', 'Read')
  // Only the newest that has come so far has ticks, and only the last of a group the time; the others on hover.
  expect(
    await bo
      .message('Dinner is ready')
      .getByText(/^(Delivered|Read)$/)
      .count(),
  ).toBe(0)
  const showsTime = (text: string) =>
    bo.message(text).evaluate((row) => row.querySelector('time')?.checkVisibility({ opacityProperty: true }))
  expect(await showsTime('It gets cold')).toBe(true)
  expect(await showsTime('Dinner is ready')).toBe(false)
  await bo.message('Dinner is ready').locator('[data-anchor]').hover()
  expect(await showsTime('Dinner is ready')).toBe(true)
  await ana.conversation('Kitchen').filter({ hasText: 'unread' }).waitFor({ state: 'detached' })
  await expect.poll(() => title(ana)).toBe('Kitchen · Parley')
})

test('an edit and a deletion are shown on the other page', async () => {
  await ana.say('Comming!')
  await bo.sees('Comming!')
  await ana.sees('Comming!', 'Read')
  await ana.composer.press('ArrowUp')
  await ana.composer.fill('Coming!')
  await ana.composer.press('Enter')
  await bo.message('Coming!').filter({ hasText: 'edited' }).waitFor()
  expect(await bo.message('Comming!').count()).toBe(0)

  await ana.chooses('Coming!', 'Delete')
  await ana.dialog.getByRole('button', { name: 'Delete' }).click()
  await bo.sees('Message deleted')
  await bo.message('Coming!').waitFor({ state: 'detached' })
  await ana.message('Coming!').waitFor({ state: 'detached' })
})

test('users are not offered actions on messages of others', async () => {
  await bo.message('Is anybody hungry?').hover()
  const actions = bo.message('Is anybody hungry?').getByRole('group', { name: 'Message actions' })
  await actions.getByRole('button', { name: 'Copy text' }).waitFor()
  expect(await actions.getByRole('button', { name: /Edit|Delete|More actions/ }).count()).toBe(0)
})

test('after a reload the same conversation is open, with its draft', async () => {
  const texts = () => ana.page.locator('[data-row]').allInnerTexts()
  await ana.composer.fill('half a thou')
  const before = await texts()
  await ana.page.reload()
  await ana.heading('Kitchen').waitFor()
  await expect.poll(texts).toEqual(before)
  expect(await ana.composer.inputValue()).toBe('half a thou')
  await ana.composer.fill('')
})

test('one user accepts an invitation, another declines it', async () => {
  await stage.server.register('cleo')
  const cleo = await stage.signedIn('cleo')
  await ana.open('Garden')
  await ana.button('Members and settings').click()
  await ana.panel.getByRole('button', { name: 'Add people' }).click()
  for (const name of ['Bo Lind', 'cleo']) await ana.dialog.getByRole('button', { name: `Choose ${name}` }).click()
  await ana.dialog.getByRole('button', { name: 'Invite' }).click()
  await bo.button('Accept the invitation to Garden').click()
  await bo.heading('Garden').waitFor()
  await cleo.button('Decline the invitation to Garden').click()
  await cleo.page.getByText('You are invited').waitFor({ state: 'detached' })
  await ana.panel.getByRole('list', { name: 'Members' }).getByText('Bo Lind').waitFor()
  await ana.panel.getByRole('list', { name: 'Invited' }).waitFor({ state: 'detached' })
  expect(await ana.panel.getByText('cleo').count()).toBe(0)
})

test('M8: removing, banning and making an owner ask first, and the removed user reads what happened', async () => {
  const choose = async (item: string, role: 'menuitem' | 'menuitemradio' = 'menuitem') => {
    await ana.button('More about Bo Lind').click()
    await ana.page.getByRole(role, { name: item }).click()
  }
  const bosRole = () => ana.panel.getByRole('listitem').filter({ hasText: 'Bo Lind' }).locator('.parley-role')
  await choose('Owner', 'menuitemradio')
  await ana.dialog.getByRole('heading', { name: 'Make Bo Lind an owner?' }).waitFor()
  await ana.dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(await bosRole().count()).toBe(0)
  await choose('Moderator', 'menuitemradio')
  await bosRole().getByText('Moderator').waitFor()

  await choose('Remove from the room')
  await ana.dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(await bo.heading('Garden').count()).toBe(1)
  await choose('Remove from the room')
  await ana.dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await bo.heading('You were removed from Garden').waitFor()
  await bo.conversation('Garden').waitFor({ state: 'detached' })

  await bo.button('Join').click()
  await bo.heading('Garden').waitFor()
  await choose('Ban from the room')
  await ana.dialog.getByRole('button', { name: 'Ban', exact: true }).click()
  await bo.heading('You were banned from Garden').waitFor()
  expect(await bo.page.getByRole('main').getByRole('button', { name: 'Join' }).count()).toBe(0)
})

test('in the list of public rooms, a press on the name of a room does the same as its button', async () => {
  await ana.createRoom('Cellar')
  await bo.begins('Public rooms')
  const box = await bo.dialog.getByText('Cellar', { exact: true }).boundingBox()
  if (!box) throw new Error('The room is not in sight.')
  await bo.page.mouse.click(box.x + 4, box.y + box.height / 2)
  await bo.heading('Cellar').waitFor()
  await bo.dialog.waitFor({ state: 'detached' })
})

test('a room of five is shown as rows with names, or as bubbles for a user who chooses them', async () => {
  await ana.open('Kitchen')
  const conversationId = new URL(ana.page.url()).pathname.slice('/c/'.length)
  const ownName = ana.page.getByRole('list', { name: 'Messages' }).getByText('Ana Moreau', { exact: true })
  expect(await ownName.count()).toBe(0)
  for (const name of ['dan', 'eva', 'finn']) {
    const member = await stage.server.connect(await stage.server.register(name))
    await member.ask('membership.join', { conversationId })
  }
  await ownName.first().waitFor()
  await ana.choosesLook('As bubbles')
  await expect.poll(() => ownName.count()).toBe(0)
})

test('the newest message moves in, but not for a user who wants less motion', async () => {
  const motion = (visitor: Visitor) =>
    visitor
      .message('It moves')
      .locator('.parley-said')
      .evaluate((said) => getComputedStyle(said).transitionDuration)
  await bo.open('Kitchen')
  await ana.say('It moves')
  await ana.sees('It moves')
  await bo.sees('It moves')
  expect(await motion(ana)).toBe('0.14s, 0.14s')
  expect(await motion(bo)).toBe('0s')
})

test('the list of a user who chooses names alone has rows of 36 px instead of 52', async () => {
  const rowHeight = async () => (await ana.conversation('Kitchen').boundingBox())?.height
  expect(await rowHeight()).toBe(52)
  const preview = ana.conversation('Kitchen').locator('.parley-preview')
  expect(await preview.isVisible()).toBe(true)
  await ana.choosesLook('Names alone')
  await expect.poll(rowHeight).toBe(36)
  expect(await preview.isVisible()).toBe(false)
  await ana.choosesLook('With the last message')
  await expect.poll(rowHeight).toBe(52)
})

test('a menu that is higher than the window can be scrolled', async () => {
  await ana.page.setViewportSize({ width: 1200, height: 240 })
  await ana.button(/^Your account/).click()
  const last = ana.page.getByRole('menuitem', { name: 'Sign out' })
  await last.scrollIntoViewIfNeeded()
  const box = await last.boundingBox()
  expect((box?.y ?? 240) + (box?.height ?? 0)).toBeLessThan(240)
  await ana.page.keyboard.press('Escape')
  await ana.page.setViewportSize({ width: 1200, height: 800 })
})

test('after signing out the page shows no data, and a wrong password is refused', async () => {
  await bo.button(/^Your account/).click()
  await bo.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await bo.page.getByLabel('User name').fill('bo')
  await bo.page.getByLabel('Password').fill('not the password')
  await bo.button('Sign in').click()
  await bo.page.getByText('do not match').waitFor()
  // That says nothing about an account that is yet to be made.
  await bo.button('Create an account').click()
  expect(await bo.page.getByText('do not match').count()).toBe(0)
  expect(await bo.page.getByRole('navigation').count()).toBe(0)
  // The browser itself notes that one refused request, and nothing else.
  expect(stage.problems.splice(0).filter((problem) => !problem.includes('401'))).toEqual([])
})
