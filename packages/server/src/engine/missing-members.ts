import type { EngineConnection } from './connection.ts'

/** Called with the names of undocumented members of Socket.IO, Engine.IO or ws that we rely on and that are missing. */
export type WarnOfMissing = (members: readonly string[]) => void

/**
 * Makes a function that passes each missing member to `warn` once, and does not call it if there is no new one: every
 * connection lacks the same ones.
 */
export function createMissingWarning(warn: WarnOfMissing): WarnOfMissing {
  const known = new Set<string>()
  return (members) => {
    const unknown = members.filter((member) => !known.has(member))
    for (const member of unknown) known.add(member)
    if (unknown.length > 0) warn(unknown)
  }
}

const functions = {
  connection: ['sendPacket', 'flush'],
  transport: ['send', '_onSentLast'],
  websocket: ['pause', 'resume', 'terminate'],
}

/**
 * The names of the members that `engine/` relies on and that this connection lacks. With long polling, which has no
 * websocket, all members of the websocket are among them.
 */
export function missingMembers(connection: EngineConnection): string[] {
  const { transport } = connection
  const websocket = transport?.socket
  const missing = (path: string, object: object | undefined, names: readonly string[]) =>
    names.filter((name) => typeof Reflect.get(object ?? {}, name) !== 'function').map((name) => `${path}.${name}`)
  const lists = (['writeBuffer', 'packetsFn', 'sentCallbackFn'] as const).filter(
    (name) => !Array.isArray(connection[name]),
  )
  return [
    ...missing('connection', connection, functions.connection),
    ...lists.map((name) => `connection.${name}`),
    ...(typeof connection.readyState === 'string' ? [] : ['connection.readyState']),
    ...missing('transport', transport, functions.transport),
    ...(typeof transport?.writable === 'boolean' ? [] : ['transport.writable']),
    ...missing('websocket', websocket, functions.websocket),
    ...missing('websocket._sender', websocket?._sender, ['sendFrame']),
    ...missing('websocket._socket', websocket?._socket, ['cork', 'uncork']),
  ]
}
