/** Loaded into a node before its code: shifts the wall clock of the process by as much as its parent process says. */
let shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0)

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'clockShiftMs' in message)
    shiftMs = Number(message.clockShiftMs)
})
// The channel to the parent process must not keep a closed server running.
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
