import type { Scenario } from '../scenario.ts'
import { fanOut } from './fan-out.ts'

/** The load of `fan-out`, for native clients and for the same number of foreign clients. */
export const fanOutForeign: Scenario = {
  ...fanOut,
  name: 'fan-out-foreign',
  summary: 'As fan-out, with a room of 300 native clients and one of 300 clients of the IGNIS tutorial.',
  targets: ['plain-socket-io', 'parley', 'parley-rooms'],
  bars: [{ figure: 'cpuPerDelivery', target: 'parley-rooms', ratioTo: 'plain-socket-io', atMost: 0.2 }],
}
