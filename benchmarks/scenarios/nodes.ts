import { roomsOf } from '../crowds.ts'
import { loadRooms, roomFigureTexts } from '../generator/room-load.ts'
import type { Figures, Job, Scenario } from '../scenario.ts'

export const nodes: Scenario = {
  name: 'nodes',
  summary:
    '100 rooms of 20 spread over three nodes with PostgreSQL and Redis, all on the same two cores; 300 messages a second in all.',
  targets: ['parley-nodes'],
  crowd: ({ rooms = 0, size = 0 }) => roomsOf(rooms, size),
  numbers: { rooms: 100, size: 20, rate: 300 },
  defaults: { rounds: 1, seconds: 60, warmupSeconds: 10 },
  smoke: { seconds: 3, warmupSeconds: 2, numbers: { rooms: 20, rate: 50 } },
  figures: roomFigureTexts,
  bars: [
    { figure: 'p99', target: 'parley-nodes', atMost: 400 },
    { figure: 'errors', target: 'parley-nodes', atMost: 0 },
  ],
  load: (job: Job): Promise<Figures> => loadRooms(job),
}
