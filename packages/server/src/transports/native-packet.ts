import type { EventName } from '@parley/protocol'
import type { Namespace } from 'socket.io'
import { PacketType } from 'socket.io-parser'
import type { Delivery } from '../core/deliver.ts'
import { frameOf } from './join-frames.ts'

/** An event as Engine.IO takes it, encoded once for all sockets of the namespace that it is written to. */
export interface EventPacket {
  data: string
  options: { compress: boolean; wsPreEncodedFrame: Buffer[] }
}

/** As Socket.IO encodes a broadcast, without its operators and sets. */
export function eventPacket<N extends EventName>(
  namespace: Namespace,
  name: N,
  payload: Delivery<N>['payload'],
): EventPacket {
  const beginning = `${PacketType.EVENT}${namespace.name},`
  const json = JSON.stringify([name, payload])
  return { data: beginning + json, options: { compress: false, wsPreEncodedFrame: [frameOf(beginning, json)] } }
}
