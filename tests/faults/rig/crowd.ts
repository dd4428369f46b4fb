import { setTimeout as wait } from 'node:timers/promises'
import { patience } from '@parley/server/testing/patience'
import { eachOf } from '../../../benchmarks/targets/rest-caller.ts'
import { Account } from './account.ts'
import { type Device, mostUnderWay } from './device.ts'
import { callPatiently } from './patient-call.ts'
import type { Random } from './random.ts'
import { RawDevice } from './raw-device.ts'
import type { Recorder } from './recorder.ts'
import { SdkDevice } from './sdk-device.ts'

export interface CrowdSize {
  /** Users whose devices speak the protocol without the SDK. */
  raw: number
  /** Users whose devices use the SDK. */
  sdk: number
  /** Users who are added and removed all the time; 0 if the members shall stay. */
  guests: number
  rooms: number
}

/** The pause of a user between two bursts of messages, in milliseconds. */
const thinking = { from: 60, to: 240 }
const probes = 5
/** The most members of a room, so that no message goes to all users. */
const mostInRoom = 12

/** Users with devices who write, read, edit, join and leave until they are stopped. */
export class Crowd {
  readonly raw: RawDevice[] = []
  readonly sdk: SdkDevice[] = []
  readonly guests: RawDevice[] = []
  readonly rooms: string[] = []
  /** The rooms that a case opened itself, each with the device of a member that reads it at the end. */
  readonly others: { reader: Device; conversationId: string }[] = []
  private readonly recorder: Recorder
  private readonly random: Random
  private readonly size: CrowdSize
  private isBusy = false
  private work: Promise<unknown> = Promise.resolve()

  constructor(size: CrowdSize, random: Random, recorder: Recorder) {
    this.size = size
    this.random = random
    this.recorder = recorder
  }

  /** The devices of users who are members from beginning to end. */
  get regulars(): Device[] {
    return [...this.raw, ...this.sdk]
  }

  /** All devices: those of the regulars, then those of the guests. */
  get devices(): Device[] {
    return [...this.regulars, ...this.guests]
  }

  /** Registers the users, each over the next of these ports, opens the rooms, and connects the devices. */
  async gather(ports: readonly number[]): Promise<void> {
    const { raw, sdk, guests } = this.size
    let made = 0
    const accounts = (count: number, name: string) =>
      Array.from({ length: count }, (_, i) => new Account(ports[made++ % ports.length] ?? 0, `${name}${i}`))
    const people = { raw: accounts(raw, 'writer'), sdk: accounts(sdk, 'app'), guests: accounts(guests, 'guest') }
    await eachOf([...people.raw, ...people.sdk, ...people.guests], 4, (account) => account.register())
    const own = (account: Account, number: number) =>
      [`${account.username}-${number}`, account, this.random.fork(), this.recorder] as const
    for (const account of people.raw) this.raw.push(new RawDevice(...own(account, 1)))
    for (const account of people.sdk) this.sdk.push(new SdkDevice(...own(account, 1)))
    for (const account of people.guests) this.guests.push(new RawDevice(...own(account, 1)))
    // Two users have a second device, of the other kind.
    for (const account of people.raw.slice(0, 1)) this.sdk.push(new SdkDevice(...own(account, 2)))
    for (const account of people.sdk.slice(0, 1)) this.raw.push(new RawDevice(...own(account, 2)))
    await this.openRooms([...people.raw, ...people.sdk])
    for (const device of this.raw) device.watched = [...people.raw, ...people.sdk].map(({ userId }) => userId)
    await Promise.all(this.devices.map((device) => device.open()))
  }

  private async openRooms(people: readonly Account[]): Promise<void> {
    const heldBy = new Map<string, string[]>()
    // The distance from room to room is such that every user is in one, and that the rooms overlap.
    const shift = Math.max(3, Math.ceil(people.length / this.size.rooms))
    const most = Math.min(people.length, Math.max(mostInRoom, shift))
    for (let room = 0; room < this.size.rooms; room += 1) {
      // The first member owns it.
      const members = Array.from({ length: most }, (_, i) => people[(room * shift + i) % people.length] as Account)
      const [owner, ...others] = members
      if (!owner) continue
      const userIds = others.map(({ userId }) => userId)
      const invokedStep = this.recorder.next()
      const input = { name: `room ${room}`, visibility: 'private' as const, userIds }
      const { summary } = await callPatiently(owner.port, 'conversation.create', input, await owner.freshToken())
      const { id: conversationId } = summary.conversation
      const acknowledged = { rev: 0, step: this.recorder.next() }
      for (const { userId } of members) {
        heldBy.set(userId, [...(heldBy.get(userId) ?? []), conversationId])
        this.recorder.history.admissions.push({ conversationId, userId, isMember: true, invokedStep, acknowledged })
      }
      this.rooms.push(conversationId)
    }
    for (const device of this.regulars) device.conversations = heldBy.get(device.userId) ?? []
  }

  /** Makes all users write until `stop`. */
  begin(): void {
    this.isBusy = true
    const writing = this.regulars
      .filter(({ conversations }) => conversations.length > 0)
      .map((each) => this.write(each))
    const coming = this.guests.map((guest, i) => this.comeAndGo(guest, this.rooms[i % this.rooms.length] ?? ''))
    this.work = Promise.all([...writing, ...coming])
  }

  private async write(device: Device): Promise<void> {
    const random = this.random.fork()
    while (this.isBusy) {
      const burst = random.whole(1, mostUnderWay + 1)
      for (let i = 0; i < burst && device.waiting < mostUnderWay; i += 1) device.say(random.pick(device.conversations))
      // Requests that a fault leaves without an answer are not repeated; only messages are.
      await this.doSomethingElse(device, random).catch(() => {})
      await wait(random.between(thinking.from, thinking.to))
    }
  }

  private async doSomethingElse(device: Device, random: Random): Promise<void> {
    const dice = random.between(0, 1)
    const conversationId = random.pick(device.conversations)
    if (dice < 0.1) return device.change(random.chance(0.3))
    if (dice < 0.2) return device.readPage(conversationId)
    if (dice < 0.28) return device.type(conversationId)
    if (dice < 0.31) return device.appear(random.pick(['online', 'busy', 'away']))
    if (dice > 0.4) return
    const seen = this.recorder.lastPlaceOf(conversationId)
    return device.markRead(conversationId, random.whole(Math.floor(seen / 2), seen + 1))
  }

  /** The room's owner adds a guest, who writes a little, and removes them, again and again. */
  private async comeAndGo(guest: RawDevice, room: string): Promise<void> {
    const random = this.random.fork()
    const owner = this.ownerOf(room)
    while (this.isBusy) {
      await owner.admit(room, guest.userId, true)
      for (let i = 0; i < 3; i += 1) {
        guest.say(room)
        await wait(random.between(20, 120))
      }
      await owner.admit(room, guest.userId, false)
      await guest.readPage(room).catch(() => {})
      await wait(random.between(50, 300))
    }
  }

  private ownerOf(room: string): RawDevice {
    const creator = this.recorder.history.admissions.find(({ conversationId }) => conversationId === room)
    const owner = this.raw.find(({ userId }) => userId === creator?.userId)
    if (!owner) throw new Error('The owner of the room has no raw device.')
    return owner
  }

  /** Makes all users stop writing; resolves when they have stopped. */
  async stop(): Promise<void> {
    this.isBusy = false
    await this.work
  }

  /** Resolves when no device has a connection. */
  async untilDisconnected(): Promise<void> {
    while (this.devices.some(({ isConnected }) => isConnected)) await wait(10)
  }

  /**
   * Resolves when all messages are acknowledged, or after the deadline of patience; the checker reports those that are
   * not.
   */
  async untilAcknowledged(): Promise<void> {
    const deadline = performance.now() + patience.waitMs
    // A sync, as when a user opens the app again, makes the SDK try at once instead of waiting.
    for (const device of this.sdk) device.catchUp().catch(() => {})
    while (this.devices.some(({ waiting }) => waiting > 0) && performance.now() < deadline) await wait(20)
  }

  /** Resends some messages, syncs every device once, and records the conversations that each holds then. */
  async readAll(): Promise<void> {
    const { recorder } = this
    await eachOf(this.regulars, 4, (device) => patiently(() => device.probe(probes)))
    await eachOf(this.devices, 4, (device) => patiently(() => device.catchUp()))
    await eachOf(this.regulars, 4, async (device) => {
      for (const conversationId of device.conversations) {
        recorder.history.readings.push(await patiently(() => device.read(conversationId)))
      }
    })
    await eachOf(this.others, 4, async ({ reader, conversationId }) => {
      recorder.history.readings.push(await patiently(() => reader.read(conversationId)))
    })
  }

  /** Closes all devices. */
  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.close()))
  }
}

/** Repeats an action that fails, because a connection may be lost once more while the crowd reconnects. */
const patiently = async <T>(act: () => Promise<T>): Promise<T> => {
  for (let left = 20; ; left -= 1) {
    try {
      return await act()
    } catch (error) {
      if (left === 0) throw error
      await wait(500)
    }
  }
}
