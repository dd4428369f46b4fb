import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
/** On a phone. */
let bo: Visitor
let dan: TestSocket
let conversationId: string
/** Whatever the server sent to somebody who is in another room. */
const overheard: string[] = []
/** What ana's page has asked for. */
const requests: URL[] = []

beforeAll(async () => {
  stage = await startStage()
  dan = await stage.server.connect(await stage.server.register('dan'))
  conversationId = (await dan.ask('conversation.create', { name: 'Kitchen' })).summary.conversation.id
  for (const name of ['ana', 'bo', 'cy']) await stage.server.register(name)
  const cy = await stage.visitor()
  cy.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => overheard.push(String(payload))))
  await cy.signIn('cy', 'password of cy')
  await cy.createRoom('Garden')
  ana = await stage.visitor()
  ana.page.on('request', (request) => requests.push(new URL(request.url())))
  await ana.signIn('ana', 'password of ana')
  bo = await stage.signedIn('bo', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true })
  for (const member of [ana, bo]) await member.joinRoom('Kitchen')
})
afterAll(() => stage?.close())

const danSays = async (text: string) => {
  const id = newId()
  await dan.ask('message.send', { id, conversationId, body: { kind: 'plain', text } })
  return id
}
const press = async (...keys: string[]) => {
  for (const key of keys) await ana.page.keyboard.press(key)
}
const bubble = (visitor: Visitor, text: string) => visitor.message(text).locator('[data-anchor]')
const tallies = (visitor: Visitor, text: string) => visitor.message(text).getByRole('group', { name: 'Reactions' })
const tally = (visitor: Visitor, text: string, name: string) =>
  tallies(visitor, text).getByRole('button', { name, exact: true })
const quick = (visitor: Visitor) => visitor.page.getByRole('toolbar', { name: 'React' })
const search = (visitor: Visitor) => visitor.page.getByRole('searchbox', { name: 'Find an emoji' })

/** Waits until an element has the focus. */
const focused = (element: Locator) =>
  expect.poll(() => element.evaluate((own) => own === document.activeElement)).toBe(true)

/** A finger rests on something until a dialog has come. */
async function rests(visitor: Visitor, on: Locator) {
  const finger = await visitor.touches(on)
  await visitor.dialog.waitFor()
  await finger.lifts()
}

const isSideways = (visitor: Visitor) => visitor.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)

/** The controls in sight that are too small for a finger. */
const tooSmall = (visitor: Visitor) =>
  visitor.page.getByRole('button').evaluateAll((controls) =>
    controls
      .filter((control) => control.checkVisibility({ opacityProperty: true }))
      .map((control) => ({ text: control.outerHTML, size: control.getBoundingClientRect().height }))
      .filter(({ size }) => size > 0 && size < 43.5),
  )

test('two members react to a message by touch and by mouse; both see both, and users outside of the room see nothing', async () => {
  const id = await danSays('Lunch?')
  await ana.sees('Lunch?')
  await rests(bo, bubble(bo, 'Lunch?'))
  await bo.dialog.getByRole('button', { name: 'React with 👍' }).tap()
  await bo.dialog.waitFor({ state: 'detached' })
  await tally(bo, 'Lunch?', '👍 1 reaction, you reacted').waitFor()

  await tally(ana, 'Lunch?', '👍 1 reaction').click()
  await tally(ana, 'Lunch?', '👍 2 reactions, you reacted').waitFor()
  await tally(bo, 'Lunch?', '👍 2 reactions, you reacted').waitFor()
  expect(await tally(ana, 'Lunch?', '👍 2 reactions, you reacted').getAttribute('title')).toBe('bo and ana')
  expect(overheard.filter((frame) => frame.includes(id) || frame.includes('👍'))).toEqual([])
})

test('a second press removes the reaction, and the last removal leaves nothing', async () => {
  await tally(ana, 'Lunch?', '👍 2 reactions, you reacted').click()
  await tally(bo, 'Lunch?', '👍 1 reaction, you reacted').tap()
  await tallies(ana, 'Lunch?').waitFor({ state: 'detached' })
  await tallies(bo, 'Lunch?').waitFor({ state: 'detached' })
})

test('a reaction updates its own row, and creates no row anew', async () => {
  const id = await danSays('Soup')
  await danSays('Salad')
  await ana.sees('Salad')
  const changed = await ana.page.locator('.parley-rows').evaluateHandle((list) => {
    const rows = new Set<string>()
    new MutationObserver((records) => {
      for (const { target } of records) {
        const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : target.parentElement
        rows.add(row?.dataset.row ?? 'the list itself')
      }
    }).observe(list, { subtree: true, childList: true, attributes: true, characterData: true })
    return rows
  })
  await dan.ask('reaction.add', { messageId: id, emoji: '🥣' })
  await tally(ana, 'Soup', '🥣 1 reaction').waitFor()
  expect(await changed.evaluate((rows) => [...rows])).toEqual([id])
})

test('reactions work by keyboard alone: R, arrows, Enter; Escape returns the focus to the row', async () => {
  await ana.composer.focus()
  await press('Shift+F6', 'End')
  await focused(ana.message('Salad'))
  await press('r')
  await focused(quick(ana).getByRole('button', { name: 'React with 👍' }))
  await press('ArrowRight', 'ArrowRight', 'ArrowLeft')
  await focused(quick(ana).getByRole('button', { name: 'React with ❤️' }))
  await press('Escape')
  await quick(ana).waitFor({ state: 'detached' })
  await focused(ana.message('Salad'))
  expect(await tallies(ana, 'Salad').count()).toBe(0)

  await press('r', 'ArrowRight', 'Enter')
  await tally(ana, 'Salad', '❤️ 1 reaction, you reacted').waitFor()
  await focused(ana.message('Salad'))
  await tally(bo, 'Salad', '❤️ 1 reaction').waitFor()
  // The pills of a row come after its other buttons.
  await press('Enter')
  const pill = tally(ana, 'Salad', '❤️ 1 reaction, you reacted')
  for (let count = 0; count < 9 && !(await pill.evaluate((own) => own === document.activeElement)); count++) {
    await press('ArrowRight')
  }
  await focused(pill)
  await press('Enter')
  await tallies(ana, 'Salad').waitFor({ state: 'detached' })
  await focused(ana.message('Salad'))
})

test('in right-to-left text the arrow keys are reversed', async () => {
  const setDirection = (dir: string) =>
    ana.page.evaluate((direction) => {
      document.documentElement.dir = direction
    }, dir)
  await setDirection('rtl')
  await press('r', 'ArrowLeft')
  await focused(quick(ana).getByRole('button', { name: 'React with ❤️' }))
  expect(await isSideways(ana)).toBe(false)
  await press('Escape')
  await setDirection('ltr')
})

test('the picker is loaded from our own server at its first use, and finds emoji by word', async () => {
  const isBoard = ({ pathname }: URL) => pathname.includes('emoji-board')
  const fresh = await stage.visitor()
  const asked: URL[] = []
  fresh.page.on('request', (request) => asked.push(new URL(request.url())))
  await fresh.page.reload()
  await fresh.signIn('bo', 'password of bo')
  await fresh.open('Kitchen')
  await fresh.sees('Salad')
  expect(asked.filter(isBoard)).toEqual([])
  await fresh.page.context().close()

  await press('r', 'ArrowRight', 'End')
  for (let count = 0; count < 9; count++) await press('ArrowLeft')
  await press('End', 'Enter')
  await focused(search(ana))
  expect(requests.filter(isBoard)).toHaveLength(1)
  expect(requests.filter(({ hostname }) => hostname !== new URL(stage.server.url).hostname)).toEqual([])
  await ana.page.keyboard.type('no such emoji')
  await ana.page.getByText('No emoji found.').waitFor()
  await search(ana).fill('pizza')
  await press('Enter')
  await search(ana).waitFor({ state: 'detached' })
  await tally(ana, 'Salad', '🍕 1 reaction, you reacted').waitFor()
  await tally(bo, 'Salad', '🍕 1 reaction').waitFor()
  await focused(ana.message('Salad'))
})

test('the last pill opens the picker, in which arrows move by category and line', async () => {
  await tallies(ana, 'Salad').getByRole('button', { name: 'Add a reaction' }).click()
  await focused(search(ana))
  await press('Tab')
  await focused(ana.page.getByRole('tab', { name: 'Smileys and emotion' }))
  await press('ArrowRight', 'ArrowRight', 'ArrowRight')
  const grid = ana.page.getByRole('group', { name: 'Food and drink' })
  await press('Tab')
  await focused(grid.getByRole('button', { name: 'grapes' }))
  await press('ArrowDown', 'ArrowUp', 'ArrowUp')
  await focused(search(ana))
  await press('ArrowDown', 'ArrowRight')
  await focused(grid.getByRole('button', { name: 'melon', exact: true }))
  await press('Enter')
  await tally(ana, 'Salad', '🍈 1 reaction, you reacted').waitFor()
})

test('the list of users who reacted is shown for each emoji, is updated, and returns the focus', async () => {
  const id = (await ana.message('Salad').getAttribute('data-row')) ?? ''
  await dan.ask('reaction.add', { messageId: id, emoji: '🍕' })
  await tally(ana, 'Salad', '🍕 2 reactions, you reacted').click({ button: 'right' })
  const people = (emoji: string) => ana.dialog.getByRole('list', { name: `People who reacted with ${emoji}` })
  await people('🍕').getByRole('listitem').filter({ hasText: 'dan' }).waitFor()
  await people('🍕').getByRole('listitem').filter({ hasText: 'you' }).waitFor()
  await ana.dialog.getByRole('tab', { name: '🍈' }).click()
  await people('🍈').getByText('@ana').waitFor()
  expect(await ana.dialog.getByText('@dan').count()).toBe(0)

  await ana.dialog.getByRole('tab', { name: '🍕' }).click()
  await dan.ask('reaction.remove', { messageId: id, emoji: '🍕' })
  await people('🍕').getByText('@dan').waitFor({ state: 'detached' })
  await press('Escape')
  await ana.dialog.waitFor({ state: 'detached' })

  await tally(ana, 'Salad', '🍈 1 reaction, you reacted').click()
  const pill = tally(bo, 'Salad', '🍕 1 reaction')
  await rests(bo, pill)
  await bo.dialog.getByText('@ana').waitFor()
  // The finger that asked who it was has not reacted itself.
  await tally(ana, 'Salad', '🍕 1 reaction, you reacted').click()
  await bo.dialog.getByText('Nobody has reacted to this message').waitFor()
  await bo.dialog.getByRole('button', { name: 'Close' }).tap()
})

test('many users are listed page by page, and a page that failed can be requested again', async () => {
  await stage.server.register('eve')
  const eve = await stage.visitor()
  let isRefusing = false
  // On eve's wire a page has one person, and the server is at times not able to answer.
  await eve.page.routeWebSocket(/socket\.io/, (route) => {
    const server = route.connectToServer()
    route.onMessage((packet) => {
      const [, id, input] = String(packet).match(/^42\/v1,(\d+)\["reaction\.list",(.*)\]$/) ?? []
      const error = { code: 'unavailable', message: 'Not now.', requestId: 'test' }
      if (input === undefined) server.send(packet)
      else if (isRefusing) route.send(`43/v1,${id}${JSON.stringify([{ ok: false, error }])}`)
      else server.send(`42/v1,${id}${JSON.stringify(['reaction.list', { ...JSON.parse(input), limit: 1 }])}`)
    })
  })
  await eve.page.reload()
  await eve.signIn('eve', 'password of eve')
  await eve.joinRoom('Kitchen')
  const id = await danSays('Cake')
  await dan.ask('reaction.add', { messageId: id, emoji: '🎂' })
  await tally(ana, 'Cake', '🎂 1 reaction').click()
  await tally(eve, 'Cake', '🎂 2 reactions').click({ button: 'right' })
  const people = eve.dialog.getByRole('list', { name: 'People who reacted with 🎂' }).getByRole('listitem')
  await people.filter({ hasText: 'dan' }).waitFor()
  expect(await people.count()).toBe(1)

  isRefusing = true
  await eve.dialog.getByRole('button', { name: 'Show more' }).click()
  await eve.dialog.getByRole('alert').getByText('The server cannot do this right now.').waitFor()
  expect(await people.count()).toBe(1)
  isRefusing = false
  await eve.dialog.getByRole('button', { name: 'Try again' }).click()
  await people.filter({ hasText: 'ana' }).waitFor()
  expect(await people.count()).toBe(2)
  await expect.poll(() => eve.dialog.getByRole('button', { name: /Show more|Try again/ }).count()).toBe(0)
  await eve.page.context().close()
})

test('a refusal shows the reason, and removes the reaction that was shown', async () => {
  const id = await danSays('Everything')
  for (const emoji of '🍎🍐🍊🍋🍌🍉🍇🍓🍈🍒🍑🥭🍍🥥🥝🍅🍆🥑🥦🥬')
    await dan.ask('reaction.add', { messageId: id, emoji })
  await tally(ana, 'Everything', '🥬 1 reaction').waitFor()
  await bubble(ana, 'Everything').hover()
  await ana.message('Everything').getByRole('button', { name: 'React', exact: true }).click()
  await quick(ana).getByRole('button', { name: 'React with 🎉' }).click()
  const notice = ana.page.getByRole('alert').getByText('This message cannot have more different emoji.')
  await notice.waitFor()
  await expect.poll(() => tally(ana, 'Everything', '🎉 1 reaction, you reacted').count()).toBe(0)
  // One that is there already has room for anybody.
  await tally(ana, 'Everything', '🥬 1 reaction').click()
  await tally(bo, 'Everything', '🥬 2 reactions').waitFor()
  await notice.waitFor({ state: 'detached' })
})

test('on a phone of 320 px nothing scrolls sideways, and everything is large enough for touch', async () => {
  await bo.sees('Everything')
  expect(await isSideways(bo)).toBe(false)
  expect(await tooSmall(bo)).toEqual([])
  await rests(bo, bubble(bo, 'Everything'))
  expect(await isSideways(bo)).toBe(false)
  expect(await tooSmall(bo)).toEqual([])
  await bo.dialog.getByRole('button', { name: 'More emoji' }).tap()
  await bo.page.getByRole('button', { name: 'grinning face', exact: true }).waitFor()
  expect(await isSideways(bo)).toBe(false)
  expect(await tooSmall(bo)).toEqual([])
  // Opened unasked, the on-screen keyboard would hide the emoji.
  expect(await search(bo).evaluate((field) => field === document.activeElement)).toBe(false)
  await bo.page.getByRole('button', { name: 'grinning squinting face', exact: true }).tap()
  await bo.page.getByText('This message cannot have more different emoji.').waitFor()
})

test('reactions of others above do not move the text that a user reads, and the list stays at the end', async () => {
  const ids: string[] = []
  for (let place = 1; place <= 80; place++) ids.push(await danSays(`Course ${place}`))
  const scroller = ana.page.locator('.parley-messages__scroller')
  const distance = () => scroller.evaluate((own) => own.scrollHeight - own.scrollTop - own.clientHeight)
  await ana.sees('Course 80')
  await expect.poll(distance).toBeLessThanOrEqual(1)
  await dan.ask('reaction.add', { messageId: ids.at(-1) ?? '', emoji: '🍰' })
  await tally(ana, 'Course 80', '🍰 1 reaction').waitFor()
  await expect.poll(distance).toBeLessThanOrEqual(1)

  await bubble(ana, 'Course 30').evaluate((own) => own.scrollIntoView({ block: 'start' }))
  await ana.button(/^Jump to the latest message/).waitFor()
  const top = () => bubble(ana, 'Course 35').evaluate((own) => own.getBoundingClientRect().top)
  const before = await top()
  await dan.ask('reaction.add', { messageId: ids[19] ?? '', emoji: '🥗' })
  await tally(ana, 'Course 20', '🥗 1 reaction').waitFor({ state: 'attached' })
  await ana.page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1)
})

test('a deleted message shows no reactions', async () => {
  await tally(ana, 'Everything', '🥬 2 reactions, you reacted').waitFor({ state: 'attached' })
  const id = (await ana.message('Everything').getAttribute('data-row')) ?? ''
  await dan.ask('message.delete', { messageId: id })
  await ana.sees('Message deleted')
  expect(await ana.page.locator(`[data-row="${id}"]`).getByRole('group', { name: 'Reactions' }).count()).toBe(0)
})

test('without a connection a reaction is shown at once, and is sent when it is back', async () => {
  await bo.sees('Course 80')
  await ana.page.context().setOffline(true)
  await tally(ana, 'Course 80', '🍰 1 reaction').click()
  await tally(ana, 'Course 80', '🍰 2 reactions, you reacted').waitFor()
  expect(await tally(bo, 'Course 80', '🍰 1 reaction').count()).toBe(1)
  await ana.page.context().setOffline(false)
  await tally(bo, 'Course 80', '🍰 2 reactions').waitFor()
  await tally(ana, 'Course 80', '🍰 2 reactions, you reacted').waitFor()
})

test('pages reported no errors except the lost connection', () => {
  expect(stage.problems.filter((problem) => !/WebSocket/.test(problem))).toEqual([])
})
