import type { FaultCase } from '../rig/run-case.ts'
import type { Direction } from '../rig/tcp-proxy.ts'
import type { World } from '../rig/world.ts'
import { repeatFault } from './repeated-fault.ts'

/** Begins a fault on a wire, over which half of the clients connect, and restores it; the other half goes on. */
const onOneWire = (from: number, to: number, begin: (world: World) => void) =>
  repeatFault(from, to, begin, ({ wires }) => {
    for (const wire of wires) wire.restore()
  })

const holding = (...directions: Direction[]) =>
  onOneWire(3_000, 5_000, ({ wires: [wire] }) => wire?.hold(...directions))

const onClients = { topology: 'sqlite', rounds: { short: 1, long: 10 } } as const

export const networkCases: readonly FaultCase[] = [
  {
    ...onClients,
    name: 'clients cut off',
    rounds: { short: 3, long: 50 },
    run: onOneWire(200, 2_000, ({ wires: [wire] }) => wire?.cut()),
  },
  {
    ...onClients,
    name: 'clients cut off for a moment, all of them',
    rounds: { short: 3, long: 50 },
    run: onOneWire(0, 100, ({ wires }) => {
      for (const wire of wires) wire.cutOnce()
    }),
  },
  {
    ...onClients,
    name: 'clients far away (300 ms, 20 kB/s)',
    run: onOneWire(3_000, 5_000, ({ wires: [wire] }) =>
      Object.assign(wire ?? {}, { delayMs: 300, bytesPerSecond: 20_000 }),
    ),
  },
  { ...onClients, name: 'clients whose packets do not arrive', run: holding('up') },
  { ...onClients, name: 'clients that no packets reach', run: holding('down') },
  { ...onClients, name: 'clients behind a half-open connection', run: holding('up', 'down') },
  {
    ...onClients,
    name: 'clients behind a half-open connection that is then cut',
    isShort: true,
    run: onOneWire(3_000, 5_000, (world) => {
      const [wire] = world.wires
      wire?.hold('up', 'down')
      setTimeout(() => wire?.cutOnce(), 2_000)
    }),
  },
]
