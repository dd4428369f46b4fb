import type { Simulation } from '../simulation.ts'
import type { Sending, VirtualTab } from '../virtual-tab.ts'

const textOf = ({ body }: { body: { kind: string; text?: string } | null }) => body?.text

/** Checks that every message was stored at most once, and that its sender was told the truth about it. */
export function checkSendings(simulation: Simulation): void {
  const { world } = simulation.server
  const sent = [...world.sent.values()].map((sent) => textOf({ body: JSON.parse(sent)[3] }))
  const counts = new Map<string | undefined, number>()
  for (const text of sent) counts.set(text, (counts.get(text) ?? 0) + 1)
  for (const tab of simulation.tabs) {
    for (const sending of tab.sendings) checkSending(simulation, sending, counts.get(sending.text) ?? 0)
    checkOrder(simulation, tab)
  }
}

function checkSending(simulation: Simulation, sending: Sending, stored: number): void {
  const { tab, text, handle, message } = sending
  const say = (what: string) => simulation.blame(tab.name, `${text} ${what}`)
  if (stored > 1) say(`is stored ${stored} times`)
  if (message && stored === 0 && !simulation.hasRestored) say('was acknowledged and is not stored')
  // A sender who was removed before the answer does not learn whether the message is stored, and may cancel it.
  if (handle.status === 'cancelled' && stored > 0 && !sending.wasOutside) say('was withdrawn and is stored')
  if (!tab.isAlive) {
    checkLeft(simulation, sending, stored)
    return
  }
  const { status } = handle
  if (status === 'queued' || status === 'sending') say(`is still ${status}`)
  if (status === 'sent' && !message && !sending.wasRefused) say('is sent, but its promise does not say so')
}

/** Checks that a message that a closed tab left unsent was sent by another tab, or waits there for its user. */
function checkLeft(simulation: Simulation, { tab, handle, text, wasToBeWithdrawn }: Sending, stored: number): void {
  const { storage } = tab.browser
  if (stored > 0 || wasToBeWithdrawn || simulation.hasRestored || handle.status === 'sent') return
  const say = (what: string) => simulation.blame(tab.name, `${text} ${what}`)
  const entry = storage.entries.get(handle.id)
  if (storage.written.has(handle.id)) {
    if (!entry) say('was left unsent and is gone')
    else if (!entry.error) say('was left unsent, and no tab sends it')
    return
  }
  // A tab that dies before it can write loses the message, as does one that never learned who its user is.
  if (tab.wasClosed && tab.chat.store.getState().me) say('was not kept')
}

/** Checks that the messages of one tab in one room are stored in the order of sending. */
function checkOrder(simulation: Simulation, tab: VirtualTab): void {
  const last = new Map<string, number>()
  for (const { handle, conversationId, wasRefused, text } of tab.sendings) {
    const seq = simulation.server.world.messages.get(handle.id)?.seq
    if (seq === undefined || wasRefused) continue
    if (seq < (last.get(conversationId) ?? 0)) simulation.blame(tab.name, `${text} overtook an earlier message`)
    last.set(conversationId, seq)
  }
}
