import { type AccountChange, type ConversationChange, eventNames, events, type Output } from '@parley/protocol'
import { type Person, settled } from '@parley/server/testing/people'
import { features } from './features/index.ts'
import {
  applySync,
  type Device,
  emptyDevice,
  hold,
  merge,
  positionsOf,
  receiveAccount,
  receiveChange,
} from './reference-device.ts'

/** All durable events but `account.updated` carry a change of a conversation. */
const changeNames = eventNames.filter((name) => events[name].durable && name !== 'account.updated')

/** A device that applies events in the order of arrival, and syncs only in `start` and `catchUp`, and when a node tells it to. */
export interface Observer {
  /** Begins to listen, syncs, and loads all conversations. */
  start(): Promise<void>
  /** From now on drops all events, or stops doing so. */
  drop(isDropping: boolean): void
  /** What the device holds once all events that were sent so far have arrived. */
  state(): Promise<Device>
  /** Syncs from the positions that it holds; resolves with what it holds then. */
  catchUp(): Promise<Device>
  /** Has it noticed a missing event since the last sync? */
  hasGap(): boolean
}

/** Loads all rows of a conversation, unless that was done already or the user is no active member. */
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
  // A conversation that the user has left in the meantime cannot be loaded; a later event removes it.
  for (const id of device.held.keys()) next = await loadHeld(person, next, id).catch(() => next)
  return next
}

/** What a new device holds after its first sync, with all conversations loaded. */
export async function freshDevice(person: Person): Promise<Device> {
  return loadAll(person, applySync(emptyDevice, await person.ask('sync.run', {})))
}

/** Makes an observer that listens on the socket of this person, from `start` on. */
export function observe(person: Person): Observer {
  let device = emptyDevice
  let isDropping = false
  let gap = false
  let turn = Promise.resolve()

  /** Runs the work after all earlier work. */
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
      if (!isDropping) void next(() => apply(receiveAccount(device, change)))
    })
    for (const name of changeNames) {
      person.socket.on(name, (change: ConversationChange) => {
        if (!isDropping) void next(() => apply(receiveChange(device, change)))
      })
    }
    person.socket.on('sync.hinted', () => {
      if (!isDropping) void next(sync)
    })
  }

  const synced = async (answer: Output<'sync.run'>) => {
    device = await loadAll(person, applySync(device, answer))
    gap = false
  }

  const sync = async () => {
    const { epoch, rev } = device
    await synced(await person.ask('sync.run', { epoch, rev, positions: positionsOf(device) }))
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
      await next(sync)
      return device
    },
  }
}
