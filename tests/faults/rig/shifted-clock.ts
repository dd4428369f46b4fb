/** Loaded before a node: its wall clock is off by as much as the rig says, and jumps when the rig says so. */
let shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0)

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'clockShiftMs' in message)
    shiftMs = Number(message.clockShiftMs)
})
// A server ends when nothing is left to do; listening to the rig is nothing to do.
process.channel?.unref()

const TrueDate = Date

class ShiftedDate extends TrueDate {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(TrueDate.now() + shiftMs)
    else super(...(parts as [number]))
  }

  static override now(): number {
    return TrueDate.now() + shiftMs
  }
}

globalThis.Date = ShiftedDate as DateConstructor
