import { type AccountChange, type ConversationChange, eventNames, events, type Output } from '@parley/protocol'
import { type Person, settled } from '@parley/server/testing/people'
import { features } from './features/index.ts'
import {
  applySync,
  type Device,
  emptyDevice,
  hearAccount,
  hearChange,
  hold,
  merge,
  positionsOf,
} from './reference-device.ts'

/** Each durable event but this one brings a change of a conversation. */
const changeNames = eventNames.filter((name) => events[name].durable && name !== 'account.updated')

/** A device that applies what it hears, in the order in which it comes, and asks for a sync only if it is told to. */
export interface Observer {
  /** Loads all there is and listens from then on. */
  start(): Promise<void>
  /** From now on nothing is heard: the line is dead. */
  drop(isDropping: boolean): void
  /** What the device holds when everything that was sent has arrived. */
  state(): Promise<Device>
  /** Catches up from the positions held. */
  catchUp(): Promise<Device>
  /** Has it noticed by itself that something is missing? */
  hasGap(): boolean
}

/** Everything that a device can ask the server about a conversation, in as many pages as it takes. */
async function loadHeld(person: Person, device: Device, id: string): Promise<Device> {
  const held = device.held.get(id)
  if (!held || held.isLoaded || device.own.get(id)?.state !== 'active') return device
  let loaded = { ...held, isLoaded: true }
  for (const feature of features) {
    for await (const rows of feature.load?.(person, id) ?? []) loaded = merge(loaded, rows)
  }
  return hold(device, id, loaded)
}

async function loadAll(person: Person, device: Device): Promise<Device> {
  let next = device
  // What was left or lost in the meantime cannot be loaded; the next event says so.
  for (const id of device.held.keys()) next = await loadHeld(person, next, id).catch(() => next)
  return next
}

/** What a device that begins now holds. */
export async function freshDevice(person: Person): Promise<Device> {
  return loadAll(person, applySync(emptyDevice, await person.ask('sync.run', {})))
}

export function observe(person: Person): Observer {
  let device = emptyDevice
  let isDropping = false
  let gap = false
  let turn = Promise.resolve()

  /** One after the other, as a device does what it hears. */
  const next = (work: () => Promise<void>) => {
    turn = turn.then(work)
    return turn
  }

  const apply = async (after: Device | undefined) => {
    if (after) device = await loadAll(person, after)
    else gap = true
  }

  const listen = () => {
    person.socket.on('account.updated', (change: AccountChange) => {
      if (!isDropping) void next(() => apply(hearAccount(device, change)))
    })
    for (const name of changeNames) {
      person.socket.on(name, (change: ConversationChange) => {
        if (!isDropping) void next(() => apply(hearChange(device, change)))
      })
    }
  }

  const synced = async (answer: Output<'sync.run'>) => {
    device = await loadAll(person, applySync(device, answer))
    gap = false
  }

  return {
    hasGap: () => gap,
    drop: (isDroppingNow) => {
      isDropping = isDroppingNow
    },
    start: async () => {
      listen()
      await next(async () => synced(await person.ask('sync.run', {})))
    },
    state: async () => {
      await settled(person)
      await turn
      return device
    },
    catchUp: async () => {
      await settled(person)
      await next(async () => {
        const { epoch, rev } = device
        await synced(await person.ask('sync.run', { epoch, rev, positions: positionsOf(device) }))
      })
      return device
    },
  }
}
