import type { Defect } from './defect.ts'
import { changeDefects, deviceDefects, sessionDefects } from './device-defects.ts'
import { epochDefects, membershipDefects } from './membership-defects.ts'
import { lossDefects, onceDefects, orderDefects } from './message-defects.ts'

export const allDefects: Record<string, Defect> = {
  ...lossDefects,
  ...onceDefects,
  ...orderDefects,
  ...deviceDefects,
  ...changeDefects,
  ...sessionDefects,
  ...membershipDefects,
  ...epochDefects,
}
