import type { Random } from '../rig/random.ts'
import { emptyHistory, type History, type Reading, type Row } from './history.ts'

const people = ['ana', 'bo', 'cleo', 'dan']
/** Ana has two devices; the others have one. */
const devices = [...people.map((userId) => ({ deviceId: `${userId}-1`, userId })), { deviceId: 'ana-2', userId: 'ana' }]

interface Place {
  id: string
  rev: number
  rows: Row[]
  members: Map<string, { role: string; rev: number }>
  joinedSeq: Map<string, number>
  readSeq: Map<string, number>
}

/** A server without faults, in memory, and the history of its users. */
class Model {
  readonly history = emptyHistory()
  readonly places: Place[] = []
  readonly random: Random
  private step = 0
  private made = 0

  constructor(random: Random) {
    this.random = random
  }

  next(): number {
    this.step += 1
    return this.step
  }

  open(id: string): void {
    const place: Place = { id, rev: 0, rows: [], members: new Map(), joinedSeq: new Map(), readSeq: new Map() }
    this.places.push(place)
    place.rows.push({ id: `${id}-made`, seq: 1, rev: 0, senderId: 'ana', text: null, state: 'system' })
    for (const userId of people) this.admit(place, userId, true)
    for (const { deviceId } of devices) this.sync(deviceId, true)
  }

  sync(deviceId: string, isReset: boolean): void {
    this.history.syncs.push({ deviceId, epoch: 'first', isReset, invokedStep: this.next(), step: this.next() })
  }

  members(place: Place): string[] {
    return [...place.members.keys()]
  }

  private tell(place: Place, messages: { id: string; seq: number }[]): void {
    for (const { deviceId, userId } of devices) {
      if (!place.members.has(userId)) continue
      const { id: conversationId, rev } = place
      this.history.heard.push({ deviceId, userId, conversationId, rev, messages, step: this.next() })
    }
  }

  admit(place: Place, userId: string, isMember: boolean): void {
    const invokedStep = this.next()
    place.rev += 1
    if (isMember) {
      place.members.set(userId, { role: userId === 'ana' ? 'owner' : 'member', rev: place.rev })
      place.joinedSeq.set(userId, place.rows.length)
    } else place.members.delete(userId)
    this.tell(place, [])
    const acknowledged = { rev: place.rev, step: this.next() }
    this.history.admissions.push({ conversationId: place.id, userId, isMember, invokedStep, acknowledged })
  }

  /** Sends messages at the same time, and stores them in the order of sending or the reverse. */
  sendTogether(place: Place, count: number): void {
    const begun = Array.from({ length: count }, () => ({ invokedStep: this.next(), senderId: this.someMember(place) }))
    const order = this.random.chance(0.5) ? begun : begun.toReversed()
    for (const { invokedStep, senderId } of order) {
      this.made += 1
      const [id, text, seq] = [`m${this.made}`, `text ${this.made}`, place.rows.length + 1]
      place.rev += 1
      place.rows.push({ id, seq, rev: place.rev, senderId, text, state: 'said' })
      this.tell(place, [{ id, seq }])
      const acknowledgements = [{ seq, step: this.next() }]
      if (this.random.chance(0.2)) acknowledgements.push({ seq, step: this.next() })
      const conversationId = place.id
      const transmissions = acknowledgements.length
      this.history.sent.push({ id, conversationId, senderId, text, invokedStep, transmissions, acknowledgements })
    }
  }

  someMember(place: Place): string {
    return this.random.pick(this.members(place))
  }

  change(place: Place, isDeletion: boolean): void {
    const own = place.rows.filter(({ state }) => state === 'said')
    if (own.length === 0) return
    const row = this.random.pick(own)
    this.made += 1
    const text = isDeletion ? null : `edited ${this.made}`
    const invokedStep = this.next()
    place.rev += 1
    Object.assign(row, { text, rev: place.rev, state: isDeletion ? 'deleted' : 'said' })
    this.tell(place, [{ id: row.id, seq: row.seq }])
    const acknowledged = this.random.chance(0.8) ? { rev: place.rev, step: this.next() } : undefined
    const { id: messageId, senderId: userId } = row
    this.history.changes.push({ messageId, conversationId: place.id, userId, text, invokedStep, acknowledged })
  }

  look(place: Place): void {
    const { deviceId, userId } = this.random.pick(devices)
    if (!place.members.has(userId)) return
    const invokedStep = this.next()
    const rows = place.rows.slice(-this.random.whole(1, 20)).map(({ id, seq, rev }) => ({ id, seq, rev }))
    this.history.looks.push({ deviceId, userId, conversationId: place.id, invokedStep, step: this.next(), rows })
  }

  mark(place: Place): void {
    const userId = this.someMember(place)
    const readSeq = Math.max(place.readSeq.get(userId) ?? 0, this.random.whole(0, place.rows.length + 1))
    place.readSeq.set(userId, readSeq)
    for (const { deviceId } of devices.filter((device) => device.userId === userId)) {
      this.history.marks.push({ deviceId, userId, conversationId: place.id, readSeq, step: this.next() })
    }
  }

  act(place: Place): void {
    const aboutUserId = this.someMember(place)
    const [kind, value] = [
      this.random.pick(['typing', 'receipt', 'presence'] as const),
      `value ${this.random.whole(0, 9)}`,
    ]
    const conversationId = kind === 'presence' ? null : place.id
    this.history.acts.push({ kind, userId: aboutUserId, conversationId, value, invokedStep: this.next() })
    for (const hearerId of this.members(place)) {
      this.history.signals.push({ kind, hearerId, aboutUserId, conversationId, value, step: this.next() })
    }
  }

  finish(): History {
    for (const { deviceId } of devices) this.sync(deviceId, false)
    for (const place of this.places) {
      for (const { deviceId, userId } of devices) {
        if (place.members.has(userId)) this.history.readings.push(this.read(place, deviceId, userId))
      }
    }
    return this.history
  }

  private read(place: Place, deviceId: string, readerId: string): Reading {
    const [readSeq, joinedSeq] = [place.readSeq.get(readerId) ?? 0, place.joinedSeq.get(readerId) ?? 0]
    const rows = place.rows.map((row) => ({ ...row }))
    const members = Object.fromEntries([...place.members].map(([id, member]) => [id, { ...member }]))
    const after = Math.max(readSeq, joinedSeq)
    const count = rows.filter(({ seq, senderId, state }) => seq > after && senderId !== readerId && state !== 'deleted')
    const { id: conversationId, rev } = place
    const unread = Math.min(count.length, 100)
    return { deviceId, readerId, conversationId, rev, rows, members, readSeq, joinedSeq, unread }
  }
}

/** A history without violations: two conversations, four users with five devices, and all of their actions. */
export const faultlessHistory = (random: Random, deeds: number): History => {
  const model = new Model(random)
  model.open('kitchen')
  model.open('garden')
  for (const place of model.places) model.sendTogether(place, 2)
  for (let i = 0; i < deeds; i += 1) {
    const place = random.pick(model.places)
    const dice = random.between(0, 1)
    if (dice < 0.45) model.sendTogether(place, random.whole(1, 4))
    else if (dice < 0.6) model.change(place, random.chance(0.3))
    else if (dice < 0.7) model.look(place)
    else if (dice < 0.8) model.mark(place)
    else if (dice < 0.88) model.act(place)
    else comeOrGo(model, place, random.pick(['bo', 'cleo', 'dan']))
  }
  return model.finish()
}

const comeOrGo = (model: Model, place: Place, userId: string) => model.admit(place, userId, !place.members.has(userId))
