import type { Body, SignedIn } from '@parley/protocol'
import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
/** On a phone. */
let bo: Visitor
let dan: TestSocket
let conversationId: string
/** Another session of ana. */
let signedIn: SignedIn
/** While it is on, ana hears nothing of the server; what was said meanwhile comes with the release. */
const hold = { isOn: false, release: () => {} }

beforeAll(async () => {
  stage = await startStage()
  dan = await stage.server.connect(await stage.server.register('dan'))
  conversationId = (await dan.ask('conversation.create', { name: 'Site' })).summary.conversation.id
  signedIn = await stage.server.register('ana')
  await stage.server.register('bo')
  ana = await stage.visitor()
  await ana.page.routeWebSocket(/\/socket\.io\//, (line) => {
    const server = line.connectToServer()
    const held: (string | Buffer)[] = []
    server.onMessage((packet) => (hold.isOn ? held.push(packet) : line.send(packet)))
    hold.release = () => {
      hold.isOn = false
      for (const packet of held.splice(0)) line.send(packet)
    }
  })
  await ana.page.reload()
  await ana.signIn('ana', 'password of ana')
  bo = await stage.signedIn('bo', { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true })
  for (const member of [ana, bo]) await member.joinRoom('Site')
})
afterAll(() => stage?.close())

const card = (visitor: Visitor, amount: string) => visitor.page.getByRole('region', { name: `Offer of ${amount}` })

const detailsOf = (visitor: Visitor, amount: string) =>
  card(visitor, amount)
    .getByRole('term')
    .evaluateAll((terms) => terms.map((term) => term.parentElement?.textContent))

const look = async (visitor: Visitor, name: string) => {
  const folder = process.env.LOOKS
  if (folder) await visitor.page.screenshot({ path: `${folder}/${name}.png` })
}

test('two users make an offer, counter it and accept it; both see each step', async () => {
  await ana.composer.focus()
  await ana.page.getByRole('button', { name: 'Add to your message' }).click()
  await ana.page.getByRole('menuitem', { name: 'Make an offer' }).click()
  await ana.dialog.getByRole('textbox', { name: 'Amount' }).fill('12.345')
  await ana.dialog.getByRole('button', { name: 'Send offer' }).click()
  await ana.dialog.getByText('Write an amount, such as 1250 or 12.50.').waitFor()
  // The greatest amount of an offer has fifteen digits, with its decimals.
  await ana.dialog.getByRole('textbox', { name: 'Amount' }).fill('12')
  await ana.dialog.getByText('Write an amount, such as 1250 or 12.50.').waitFor({ state: 'detached' })
  await ana.dialog.getByRole('textbox', { name: 'Amount' }).fill('10000000000000')
  await ana.dialog.getByRole('button', { name: 'Send offer' }).click()
  await ana.dialog.getByText('Write an amount, such as 1250 or 12.50.').waitFor()
  await ana.dialog.getByRole('textbox', { name: 'Amount' }).fill('1200')
  await ana.dialog.getByRole('textbox', { name: 'Note' }).fill('Tiling of the bathroom')
  await ana.dialog.getByRole('button', { name: 'Add a detail' }).click()
  await ana.page.keyboard.type('Days')
  await ana.dialog.getByRole('textbox', { name: 'Detail 1', exact: true }).fill('4')
  await ana.dialog.getByRole('button', { name: 'Add a detail' }).click()
  await ana.dialog.getByRole('textbox', { name: 'Detail 2', exact: true }).fill('included')
  await ana.dialog.getByRole('button', { name: 'Send offer' }).click()
  await ana.dialog.getByText('Give each detail a name.').waitFor()
  await ana.dialog.getByRole('textbox', { name: 'Name of detail 2' }).fill('Days')
  await ana.dialog.getByText('Two details have the same name.', { exact: false }).waitFor()
  await ana.dialog.getByRole('textbox', { name: 'Name of detail 2' }).fill('Tiles')
  await ana.dialog.getByRole('combobox', { name: 'Open for' }).selectOption('1 day')
  await look(ana, 'dialog-light')
  await ana.dialog.getByRole('button', { name: 'Send offer' }).click()

  await card(ana, '€1,200.00').getByText('Open', { exact: true }).waitFor()
  expect(await card(ana, '€1,200.00').getByRole('button').allTextContents()).toEqual(['Withdraw'])
  // What a member may do in a room; to decline for all is for moderators.
  await card(bo, '€1,200.00').getByRole('button', { name: 'Counter' }).waitFor()
  expect(await card(bo, '€1,200.00').getByRole('button').allTextContents()).toEqual(['Counter', 'Accept'])
  // The text of the message stands in the card, and nowhere else.
  await card(bo, '€1,200.00').getByText('Tiling of the bathroom', { exact: true }).waitFor()
  expect(await bo.message('Tiling of the bathroom').getByText('Tiling of the bathroom').count()).toBe(1)
  expect(await detailsOf(bo, '€1,200.00')).toEqual(['Days4', 'Tilesincluded'])
  await look(ana, 'offered-light')

  await card(bo, '€1,200.00').getByRole('button', { name: 'Counter' }).tap()
  expect(await bo.dialog.getByRole('textbox', { name: 'Amount' }).inputValue()).toBe('1200.00')
  await look(bo, 'counter-dialog-phone')
  await bo.dialog.getByRole('textbox', { name: 'Amount' }).fill('1100,50')
  // The details are those of the offer that is countered, until somebody changes them.
  await bo.dialog.getByRole('button', { name: 'Remove detail 2' }).tap()
  await bo.dialog.getByRole('textbox', { name: 'Detail 1', exact: true }).fill('5')
  await bo.dialog.getByRole('button', { name: 'Send counter-offer' }).tap()

  await card(ana, '€1,200.00').getByText('Countered', { exact: true }).waitFor()
  await card(ana, '€1,200.00').getByText('bo countered this offer.').waitFor()
  expect(await card(ana, '€1,200.00').getByRole('button').count()).toBe(0)
  expect(await detailsOf(ana, '€1,100.50')).toEqual(['Days5'])
  await look(bo, 'countered-phone')
  const counter = card(ana, '€1,100.50')
  await counter.getByRole('button', { name: 'Accept' }).focus()
  await ana.page.keyboard.press('Enter')
  for (const visitor of [ana, bo]) await card(visitor, '€1,100.50').getByText('Accepted', { exact: true }).waitFor()
  await card(ana, '€1,100.50').getByText('You accepted this offer.').waitFor()
  await card(bo, '€1,100.50').getByText('ana accepted this offer.').waitFor()
  expect(await card(bo, '€1,100.50').getByRole('button').count()).toBe(0)
  await counter.getByText('History').click()
  expect((await counter.getByRole('listitem').allTextContents()).map((text) => text.replace(/\s\d+:\d+$/, ''))).toEqual(
    ['ana offered €1,200.00', 'bo countered with €1,100.50', 'ana accepted €1,100.50'],
  )
  await ana.page.emulateMedia({ colorScheme: 'dark' })
  await look(ana, 'accepted-dark')
  await ana.page.emulateMedia({ colorScheme: 'light' })
  await look(ana, 'accepted-light')
})

test('a member who is too late sees in the card who was faster, and keeps seeing it; others see only the result', async () => {
  const id = newId()
  const details = { Work: 'Windows', Days: 3, nested: { a: ['b', 'c'] } }
  const offer = { amount: 500, currency: 'JPY', details }
  await dan.ask('message.send', { conversationId, id, body: { kind: 'plain', text: '', offer } })
  const cardOf = (visitor: Visitor) => visitor.page.locator(`[data-row="${id}"]`)
  const accept = cardOf(ana).getByRole('button', { name: 'Accept' })
  await accept.waitFor()
  // A counter carries what a form cannot show, too.
  await cardOf(ana).getByRole('button', { name: 'Counter' }).click()
  expect(await ana.dialog.getByRole('textbox', { name: 'Detail 2', exact: true }).inputValue()).toBe('3')
  await ana.dialog.getByRole('textbox', { name: 'Amount' }).fill('400')
  await look(bo, 'details-phone')
  hold.isOn = true
  await dan.ask('offer.decide', { messageId: id, decision: 'withdraw' })
  await ana.dialog.getByRole('button', { name: 'Cancel' }).click()
  await accept.click()
  hold.release()
  const sentence = cardOf(ana).getByRole('alert').getByText('dan withdrew this offer.')
  await sentence.waitFor()
  await cardOf(ana).getByText('Your answer came too late.').waitFor()
  await cardOf(ana).getByText('Withdrawn', { exact: true }).waitFor()
  expect(await accept.count()).toBe(0)
  await ana.say('Pity about the windows')
  await bo.sees('Pity about the windows')
  expect(await sentence.isVisible()).toBe(true)
  await look(ana, 'late')
  await cardOf(bo).getByText('dan withdrew this offer.').waitFor()
  expect(await cardOf(bo).getByText('too late').count()).toBe(0)
})

test('a detail that is renamed in a counter-offer keeps the type of its value', async () => {
  const id = newId()
  const offer = { amount: 900, currency: 'JPY', details: { Days: 3, Rooms: 2 } }
  await dan.ask('message.send', { conversationId, id, body: { kind: 'plain', text: '', offer } })
  await ana.page.locator(`[data-row="${id}"]`).getByRole('button', { name: 'Counter' }).click()
  await ana.dialog.getByRole('textbox', { name: 'Name of detail 1' }).fill('Working days')
  await ana.dialog.getByRole('textbox', { name: 'Detail 2', exact: true }).fill('4')
  await ana.dialog.getByRole('button', { name: 'Send counter-offer' }).click()
  const offerIn = (body: Body | null | undefined) => (body?.kind === 'plain' ? body.offer : undefined)
  const { messages } = await dan.heard('message.created', ({ messages }) =>
    Boolean(messages?.some(({ body }) => offerIn(body)?.answers === id)),
  )
  expect(offerIn(messages?.[0]?.body)?.details).toEqual({ 'Working days': 3, Rooms: '4' })
})

test('a sealed message is shown as encrypted, in its row and in the list, without its content', async () => {
  const body = { kind: 'sealed', ciphertext: 'not for these eyes' } as const
  await dan.ask('message.send', { conversationId, id: newId(), body })
  await ana.message('Encrypted message').waitFor()
  await ana.page.locator('.parley-preview').getByText('Encrypted message').waitFor()
  expect(await ana.page.content()).not.toContain(body.ciphertext)
})

test('the buttons of an offer go while the person blocks the other, and come back with the end of the block', async () => {
  const { summary } = await dan.ask('conversation.openDirect', { userId: signedIn.user.id })
  const offer = { amount: 7_000, currency: 'EUR' }
  const body = { kind: 'plain', text: '', offer } as const
  await dan.ask('message.send', { conversationId: summary.conversation.id, id: newId(), body })
  await ana.page.getByRole('navigation').getByText('dan', { exact: true }).click()
  const buttons = () => card(ana, '€70.00').getByRole('button').allTextContents()
  await expect.poll(buttons).toEqual(['Decline', 'Counter', 'Accept'])
  const session = await stage.server.connect(signedIn)
  const { user } = await dan.ask('user.me', {})
  await session.ask('block.add', { userId: user.id })
  await expect.poll(buttons).toEqual([])
  await session.ask('block.remove', { userId: user.id })
  await expect.poll(buttons).toEqual(['Decline', 'Counter', 'Accept'])
  await ana.open('Site')
})

test('no page reported an error, and nothing is wider than a phone', async () => {
  expect(stage.problems).toEqual([])
  expect(await bo.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false)
})
