import type { ConversationState } from '../../packages/client/src/chat-state.ts'
import { features } from './features/index.ts'
import { isIn, type ModelRoom } from './model-world.ts'
import type { Simulation } from './simulation.ts'
import type { Say } from './simulator-feature.ts'
import type { VirtualTab } from './virtual-tab.ts'

/**
 * Compares what a tab holds with what the server has for its user; blames the tab for each difference, and throws
 * nothing.
 */
export function checkTab(simulation: Simulation, tab: VirtualTab): void {
  const { world } = simulation.server
  const { userId } = tab.browser
  const state = tab.chat.store.getState()
  const say = (what: string) => simulation.blame(tab.name, what)
  if (state.status !== 'online') say(`is ${state.status} at the end (${state.problem?.message})`)
  if (state.epoch !== world.epoch) say(`is in ${state.epoch}`)
  if (state.rev !== world.accounts.get(userId)) say(`holds the account at ${state.rev}`)
  for (const feature of features) feature.checkAccount?.(world, state, userId, say)
  for (const room of world.rooms.values()) {
    const held = state.conversations[room.id]
    const standing = world.stateOf(room, userId)
    const isMember = standing !== undefined && isIn(standing)
    if (!held !== !isMember) say(`${held ? 'holds' : 'lacks'} ${room.id}, in which the person is ${standing}`)
    else if (held && standing === 'active') checkRoom(room, held, userId, (what) => say(`${room.id}: ${what}`))
  }
}

function checkRoom(room: ModelRoom, held: ConversationState, userId: string, say: Say): void {
  if (held.rev !== room.rev) say(`holds position ${held.rev} of ${room.rev}`)
  for (const feature of features) feature.checkRoom?.(room, held, userId, say)
}

/** Runs each feature's check of the whole history; violations are added to the simulation. */
export function checkEnd(simulation: Simulation): void {
  for (const feature of features) feature.checkEnd?.(simulation)
}
