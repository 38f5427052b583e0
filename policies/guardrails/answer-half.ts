import type { Audit } from '../../core/audit.js'
import type { ChatRequest } from '../../core/chat.js'
import type { Call, Watch } from '../../core/policy.js'
import type { Active } from './active.js'
import { answerTransform } from './answer/answer-transform.js'
import { judgeDocument } from './answer/document.js'
import { guardAudit } from './guard-tally.js'
import type { Asking } from './judge.js'

/** Follows the answer of each attempt, and tells what the guards have done. */
export function watchOf(actives: readonly Active[], request: ChatRequest, call: Call, asking: Asking): Watch {
  const reading = actives.filter(({ rule, open }) => rule.answers && open.answer !== undefined)
  const audits = { audits: (): readonly Audit[] => actives.map(({ rule, tally }) => guardAudit(rule, tally)) }
  if (reading.length === 0) return audits
  let current = { ended: 0 }
  let attempts = 0
  return {
    ...audits,
    transform() {
      const own = { ended: 0 }
      current = own
      const blocked = () => {
        own.ended++
      }
      const anew = attempts++ > 0
      return answerTransform(anew ? reading.map((active) => active.again()) : reading, {
        asking,
        gone: call.signal,
        blocked,
      })
    },
    progress: () => (current.ended >= request.n ? 'over' : 'go'),
    document: (value) => judgeDocument(reading, value),
  }
}
