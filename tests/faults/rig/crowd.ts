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
  /** People whose devices speak the protocol themselves. */
  raw: number
  /** People whose devices use the SDK. */
  sdk: number
  /** People who are brought in and removed all the time; 0 where members shall stay. */
  guests: number
  rooms: number
}

/** How long somebody thinks between two bursts, in milliseconds. */
const thinking = { from: 60, to: 240 }
const probes = 5
/** A room has so many of the people at most, so that one message is not everybody's. */
const mostInRoom = 12

/** People with devices who write, read, edit, come and go until they are told to stop. */
export class Crowd {
  readonly raw: RawDevice[] = []
  readonly sdk: SdkDevice[] = []
  readonly guests: RawDevice[] = []
  readonly rooms: string[] = []
  /** What a case opened itself, and a member who reads it in the end. */
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

  /** All who are members from beginning to end. */
  get regulars(): Device[] {
    return [...this.raw, ...this.sdk]
  }

  get devices(): Device[] {
    return [...this.regulars, ...this.guests]
  }

  /** Registers everybody over these ports in turn, opens the rooms, and connects. */
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
    // Two people have a second device, of the other make.
    for (const account of people.raw.slice(0, 1)) this.sdk.push(new SdkDevice(...own(account, 2)))
    for (const account of people.sdk.slice(0, 1)) this.raw.push(new RawDevice(...own(account, 2)))
    await this.openRooms([...people.raw, ...people.sdk])
    for (const device of this.raw) device.watched = [...people.raw, ...people.sdk].map(({ userId }) => userId)
    await Promise.all(this.devices.map((device) => device.open()))
  }

  private async openRooms(people: readonly Account[]): Promise<void> {
    const heldBy = new Map<string, string[]>()
    // Far enough from room to room that everybody is somewhere, and near enough that the rooms overlap.
    const shift = Math.max(3, Math.ceil(people.length / this.size.rooms))
    const most = Math.min(people.length, Math.max(mostInRoom, shift))
    for (let room = 0; room < this.size.rooms; room += 1) {
      // The first one owns it.
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

  /** Everybody begins to write, and goes on until `rest`. */
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
      // Whatever a fault leaves without an answer was tried; only messages are sent until it comes.
      await this.doSomethingElse(device, random).catch(() => {})
      await wait(random.between(thinking.from, thinking.to))
    }
  }

  private async doSomethingElse(device: Device, random: Random): Promise<void> {
    const dice = random.between(0, 1)
    const conversationId = random.pick(device.conversations)
    if (dice < 0.1) return device.change(random.chance(0.3))
    if (dice < 0.2) return device.look(conversationId)
    if (dice < 0.28) return device.type(conversationId)
    if (dice < 0.31) return device.appear(random.pick(['online', 'busy', 'away']))
    if (dice > 0.4) return
    const seen = this.recorder.lastPlaceOf(conversationId)
    return device.markRead(conversationId, random.whole(Math.floor(seen / 2), seen + 1))
  }

  /** A guest is brought in by the room's owner, writes a little, and is removed, again and again. */
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
      await guest.look(room).catch(() => {})
      await wait(random.between(50, 300))
    }
  }

  private ownerOf(room: string): RawDevice {
    const creator = this.recorder.history.admissions.find(({ conversationId }) => conversationId === room)
    const owner = this.raw.find(({ userId }) => userId === creator?.userId)
    if (!owner) throw new Error('The room has no owner among those who can look after it.')
    return owner
  }

  /** Resolves when everybody has stopped. */
  async rest(): Promise<void> {
    this.isBusy = false
    await this.work
  }

  /** Resolves when no device has a connection. */
  async allGone(): Promise<void> {
    while (this.devices.some(({ isConnected }) => isConnected)) await wait(10)
  }

  /** Resolves when everything is acknowledged; what is not by the deadline, the checker reports. */
  async quiet(): Promise<void> {
    const deadline = performance.now() + patience.waitMs
    // As somebody does who looks at their app again: the SDK does not wait any longer before its next try.
    for (const device of this.sdk) device.catchUp().catch(() => {})
    while (this.devices.some(({ waiting }) => waiting > 0) && performance.now() < deadline) await wait(20)
  }

  /** Resends some, lets everybody sync once, and reads what each device holds then. */
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

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.close()))
  }
}

/** The connection may be lost once more while a crowd comes back. */
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
