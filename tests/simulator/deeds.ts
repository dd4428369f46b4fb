import type { Simulation } from './simulation.ts'
import type { Sending, VirtualTab } from './virtual-tab.ts'

type Deed = (simulation: Simulation, tab: VirtualTab, roomId: string, n: number) => unknown

const lastSeqOf = (tab: VirtualTab, roomId: string) => tab.chat.store.getState().conversations[roomId]?.lastSeq ?? 0

/** A message of this person that the window holds. */
const ownMessage = (tab: VirtualTab, roomId: string, n: number) => {
  const { me, conversations } = tab.chat.store.getState()
  const own = conversations[roomId]?.messages.filter((row) => row.senderId === me?.id) ?? []
  return own[n % Math.max(1, own.length)]?.id
}

const unsettled = (tab: VirtualTab, n: number): Sending | undefined => {
  const waiting = tab.sendings.filter(({ handle }) => handle.status !== 'sent' && handle.status !== 'cancelled')
  return waiting[n % Math.max(1, waiting.length)]
}

const tryToWithdraw = (tab: VirtualTab, n: number) => {
  const sending = unsettled(tab, n)
  return sending && tab.withdraw(sending)
}

const someone = ({ userIds }: Simulation, n: number) => userIds[n % userIds.length] ?? ''

/** What may happen, with how often it does. */
const deeds: Record<string, [number, Deed]> = {
  send: [14, (simulation, tab, roomId) => tab.send(roomId, simulation.newText())],
  'send several': [
    4,
    (simulation, tab, roomId, n) => {
      for (let i = 0; i < 2 + (n % 12); i++) tab.send(roomId, simulation.newText())
    },
  ],
  edit: [
    3,
    (simulation, tab, roomId, n) => {
      const id = ownMessage(tab, roomId, n)
      return id && tab.chat.messages.edit(id, simulation.newText())
    },
  ],
  delete: [
    2,
    (_, tab, roomId, n) => {
      const id = ownMessage(tab, roomId, n)
      return id && tab.chat.messages.delete(id)
    },
  ],
  retry: [
    2,
    (_, tab, __, n) => {
      const sending = unsettled(tab, n)
      return sending && tab.retry(sending)
    },
  ],
  withdraw: [5, (_, tab, __, n) => tryToWithdraw(tab, n)],
  read: [5, (_, tab, roomId, n) => tab.markRead(roomId, n % (1 + lastSeqOf(tab, roomId)))],
  'read all': [3, (_, tab, roomId) => tab.markRead(roomId, lastSeqOf(tab, roomId))],
  'load latest': [5, (_, tab, roomId) => tab.chat.messages.loadLatest(roomId, { limit: 6 })],
  'load older': [2, (_, tab, roomId) => tab.chat.messages.loadOlder(roomId, { limit: 4 })],
  'load newer': [2, (_, tab, roomId) => tab.chat.messages.loadNewer(roomId, { limit: 4 })],
  'load around': [2, (_, tab, roomId, n) => tab.chat.messages.loadAround(roomId, 1 + (n % 20), { limit: 4 })],
  'load members': [2, (_, tab, roomId) => tab.chat.memberships.loadAll(roomId)],
  'list conversations': [1, (_, tab) => tab.chat.conversations.list()],
  rename: [1, (_, tab, roomId, n) => tab.chat.conversations.update(roomId, { name: `name ${n % 5}` })],
  join: [4, (_, tab, roomId) => tab.chat.memberships.join(roomId)],
  leave: [1, (_, tab, roomId) => tab.chat.memberships.leave(roomId)],
  add: [2, (simulation, tab, roomId, n) => tab.chat.memberships.add(roomId, [someone(simulation, n)])],
  invite: [2, (simulation, tab, roomId, n) => tab.chat.memberships.invite(roomId, [someone(simulation, n)])],
  remove: [1, (simulation, tab, roomId, n) => tab.chat.memberships.remove(roomId, someone(simulation, n))],
  'set role': [
    1,
    (simulation, tab, roomId, n) =>
      tab.chat.memberships.setRole(roomId, someone(simulation, n), n % 2 === 0 ? 'admin' : 'member'),
  ],
  sync: [2, (_, tab) => tab.chat.sync()],
  wake: [1, (_, tab) => tab.wake()],
  cut: [5, (_, tab) => tab.cut()],
  'half open': [2, (_, tab, __, n) => tab.link.swallow(n % 3 !== 0, n % 3 !== 1)],
  down: [
    2,
    (_, tab) => {
      tab.link.isDown = true
      tab.cut()
    },
  ],
  up: [
    4,
    (_, { link }) => {
      link.isDown = false
    },
  ],
  'server restart': [1, ({ server }) => server.restart()],
  backup: [2, ({ server }) => server.keepBackup()],
  'backup restored': [
    2,
    (simulation) => {
      if (simulation.server.restoreBackup()) simulation.hasRestored = true
    },
  ],
  'tokens end': [0.5, ({ server }, tab) => server.expire(tab.browser.userId)],
  'tab opens': [1, (simulation, { browser }) => simulation.tabs.length < 14 && simulation.openTab(browser)],
  'tab closes': [0.6, (_, tab) => tab.close()],
  'tab crashes': [0.6, (_, tab) => tab.kill()],
}

const wheel = Object.entries(deeds)
const total = wheel.reduce((sum, [, [weight]]) => sum + weight, 0)

/** Lets one thing happen to somebody, as the seed decides. */
export function doSomething(simulation: Simulation): void {
  const { random } = simulation
  const tab = random.pick(simulation.living.filter((living) => !living.isClosing))
  const roomId = random.pick(simulation.roomIds)
  if (!tab || !roomId) return
  let at = random.next() * total
  const [name, [, deed]] =
    wheel.find(([, [weight]]) => {
      at -= weight
      return at < 0
    }) ?? (wheel[0] as (typeof wheel)[0])
  const n = random.between(0, 1_000)
  simulation.note(tab.name, name, roomId, n)
  Promise.resolve(deed(simulation, tab, roomId, n)).catch(() => {})
}
