import { roomsWithGuest } from '../crowds.ts'
import { loadRooms, roomFigureTexts } from '../generator/room-load.ts'
import { stalledFigureTexts, stallReader } from '../generator/stalled-reader.ts'
import type { Figures, Job, Scenario } from '../scenario.ts'

export const rooms: Scenario = {
  name: 'rooms',
  summary:
    '100 rooms of 20, everybody connected, 500 messages a second in all; then one reader of every room stops reading while it goes on.',
  targets: ['parley'],
  crowd: ({ rooms = 0, size = 0 }) => roomsWithGuest(rooms, size),
  numbers: { rooms: 100, size: 20, rate: 500, stalledSeconds: 60 },
  defaults: { rounds: 1, seconds: 600, warmupSeconds: 30 },
  smoke: { seconds: 5, warmupSeconds: 2, numbers: { rate: 200, stalledSeconds: 5 } },
  figures: { ...roomFigureTexts, ...stalledFigureTexts },
  bars: [
    { figure: 'p99', atMost: 150 },
    { figure: 'errors', atMost: 0 },
    { figure: 'memoryGrowth', atMost: 16 },
    { figure: 'stalledCost', atMost: 20 },
  ],
  load: (job: Job): Promise<Figures> => loadRooms(job, stallReader),
}
