import { checkEpochs } from './epoch-checks.ts'
import { agreeOnLog } from './final-log.ts'
import type { History } from './history.ts'
import { checkMemberships } from './membership-checks.ts'
import { checkMessages } from './message-checks.ts'
import { withoutForgotten } from './restored-history.ts'
import { checkSessions } from './session-checks.ts'
import type { Report, Violation } from './violation.ts'

/**
 * All violations in a history; empty if the run kept the promises P1 to P10. A pure function that knows no servers and
 * reads no clock: `history.test.ts` shows that it finds each defect.
 *
 * @example const violations = checkHistory(history)
 */
export const checkHistory = (history: History): Violation[] => {
  const violations: Violation[] = []
  const report: Report = (kind, text) => violations.push({ kind, text })
  checkEpochs(history, report)
  const lasting = withoutForgotten(history)
  const log = agreeOnLog(lasting, report)
  checkMessages(lasting, log, report)
  checkMemberships(lasting, log, report)
  checkSessions(lasting, log, report)
  return violations
}
