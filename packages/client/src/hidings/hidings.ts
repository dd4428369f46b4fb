import type { Hiding } from '@parley/protocol'
import { accountRecord } from '../cache/account-record.ts'
import type { CallOptions } from '../chat.ts'
import type { ClientContext } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'

/**
 * Direct conversations that the user hides from the list. A change is in the state when its promise resolves. Promises
 * reject with a ChatError or an abort’s reason.
 */
export interface Hidings {
  /**
   * Hides a direct conversation until its next message, on all your devices. It stays in the state: `hidings` says up
   * to which message it is hidden.
   *
   * @example
   * await chat.hidings.set(conversationId)
   */
  set(conversationId: string, options?: CallOptions): Promise<Hiding>
  /** Shows a hidden conversation in the list again. */
  remove(conversationId: string, options?: CallOptions): Promise<Hiding>
}

export interface HidingsState {
  /** By the id of the conversation. Those that were shown again stay, with `removed`. */
  hidings: Record<string, Hiding>
}

const { take: _, ...parts } = accountRecord('hidings', 'conversationId')

export const hidings: ClientFeature<Hidings, HidingsState> = { create: createHidings, ...parts }

function createHidings({ call }: ClientContext): Hidings {
  // The change of the account comes before the answer.
  const change = (name: 'hiding.set' | 'hiding.remove') => async (conversationId: string, options?: CallOptions) =>
    (await call(name, { conversationId }, options)).hiding
  return { set: change('hiding.set'), remove: change('hiding.remove') }
}
