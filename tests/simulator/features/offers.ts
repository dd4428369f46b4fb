import type { Message, Offer, OfferDecision, OfferPart } from '@parley/protocol'
import type { ConversationState } from '../../../packages/client/src/chat-state.ts'
import { emitToRoom, type ModelOperations, Refusal, reach } from '../model-run.ts'
import { type ModelRoom, userOf } from '../model-world.ts'
import type { Actions, Say, SimulatorFeature } from '../simulator-feature.ts'
import type { VirtualTab } from '../virtual-tab.ts'

declare module '../model-world.ts' {
  interface ModelRoom {
    /** By the id of the message. */
    offers?: Map<string, Offer>
  }
}

/** A message with an offer in the window; undefined if there is none. */
const someOffer = (tab: VirtualTab, roomId: string, n: number) => {
  const rows = tab.chat.store.getState().conversations[roomId]?.messages ?? []
  const offered = rows.filter(({ body }) => body?.kind === 'plain' && body.offer)
  return offered[n % Math.max(1, offered.length)]?.id
}

const decisions = ['accept', 'decline', 'withdraw'] as const

const decide = (tab: VirtualTab, roomId: string, n: number) => {
  const messageId = someOffer(tab, roomId, n)
  const decision = decisions[n % decisions.length] ?? 'accept'
  return messageId && tab.chat.offers[decision](roomId, messageId)
}

const actions: Actions = {
  offer: [
    3,
    (simulation, tab, roomId, n) => {
      const offer = { amount: n, currency: 'EUR' }
      tab.chat.messages.send(roomId, { text: simulation.newText(), offer }).settled.catch(() => {})
    },
  ],
  'decide an offer': [4, (_, tab, roomId, n) => decide(tab, roomId, n)],
}

const statuses = { accept: 'accepted', decline: 'declined', withdraw: 'withdrawn' } as const

const termsOf = ({ body, deletedAt }: Message): OfferPart | undefined =>
  body?.kind === 'plain' && deletedAt === null ? body.offer : undefined

/** The offer in a message, which is open until it is decided; undefined if the message has none. */
function offerIn(room: ModelRoom, message: Message | undefined): Offer | undefined {
  const terms = message && termsOf(message)
  if (!terms) return undefined
  const { id: messageId, senderId: userId } = message
  const { amount, currency } = terms
  const offered = { messageId, userId, at: 0, action: 'offered', amount, currency } as const
  const open: Offer = {
    messageId,
    rev: 0,
    userId,
    status: 'open',
    expiresAt: null,
    counterId: null,
    history: [offered],
  }
  return room.offers?.get(messageId) ?? open
}

const operations: ModelOperations = {
  'offer.decide': (run, { messageId, decision }) => {
    const message = run.world.messages.get(messageId)
    if (!message) throw new Refusal('not_found')
    const room = reach(run, message.conversationId)
    const offer = offerIn(room, message)
    if (!offer) throw new Refusal('not_found')
    assertMay(room, run.userId, offer, decision)
    const status = statuses[decision]
    if (offer.status === status && offer.history.at(-1)?.userId === run.userId) return { offer }
    if (offer.status !== 'open') throw new Refusal('offer_closed')
    const step = { ...(offer.history[0] as Offer['history'][number]), userId: run.userId, action: status }
    const decided = { ...offer, status, rev: ++room.rev, history: [...offer.history, step] }
    room.offers = new Map(room.offers).set(messageId, decided)
    emitToRoom(run, room, 'offer.decided', { offers: [decided], users: [userOf(run.userId)] })
    return { offer: decided }
  },
}

function assertMay(room: ModelRoom, userId: string, offer: Offer, decision: OfferDecision): void {
  const isMaker = offer.userId === userId
  const isModerator = room.memberships.get(userId)?.role !== 'member'
  const isAllowed = decision === 'withdraw' ? isMaker : !isMaker && (decision === 'accept' || isModerator)
  if (!isAllowed) throw new Refusal('forbidden')
}

function checkRoom(room: ModelRoom, held: ConversationState, _: string, say: Say): void {
  for (const message of held.messages) {
    const [shown, wanted] = [held.offers[message.id], offerIn(room, message)]
    if (shown?.status !== wanted?.status || shown?.history.length !== wanted?.history.length)
      say(`shows the offer of message ${message.seq} as ${shown?.status} instead of ${wanted?.status}`)
  }
}

export const offers: SimulatorFeature = {
  actions,
  operations,
  changedSince: ({ messages }, { offers: all = new Map() }, since) => {
    const isThere = ({ messageId }: Offer) => messages.get(messageId)?.deletedAt === null
    const rows = [...all.values()].filter((row: Offer) => row.rev > since && isThere(row))
    const userIds = rows.flatMap(({ userId, history }: Offer) => [userId, ...history.map((step) => step.userId)])
    return { rows: rows.length > 0 ? { offers: rows } : {}, userIds }
  },
  beside: (room, { messages = [], offers: changed = [] }) => {
    const known = new Set(changed.map(({ messageId }) => messageId))
    const beside = messages.flatMap((message) => (known.has(message.id) ? [] : (offerIn(room, message) ?? [])))
    return { offers: [...changed, ...beside] }
  },
  checkRoom,
}
