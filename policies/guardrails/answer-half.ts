import type { ChatRequest } from '../../core/chat.js'
import type { Call, Watch } from '../../core/policy.js'
import type { Active, AtWork } from './active.js'
import { answerTransform } from './answer/answer-transform.js'
import { judgeDocument } from './answer/document.js'
import { guardAudit } from './guard-tally.js'
import type { Asking } from './judge.js'

/** Follows the answer of each attempt, and tells what the guards have done. */
export function watchOf(actives: readonly Active[], { n }: ChatRequest, { signal }: Call, asking: Asking): Watch {
  const reading = actives.filter(({ rule, open }) => rule.answers && open.answer !== undefined)
  const audits = auditing(actives.map(atWork))
  return reading.length === 0 ? audits : { ...audits, ...following(reading, n, signal, asking) }
}

/** Without the request, which nobody needs for as long as the answer may take. */
const atWork = ({ rule, open, tally }: AtWork): AtWork => ({ rule, open, tally })

function auditing(all: readonly AtWork[]): Watch {
  return { audits: () => all.map(({ rule, tally }) => guardAudit(rule, tally)) }
}

function following(opened: readonly Active[], choices: number, gone: () => AbortSignal, asking: Asking): Watch {
  const first = opened.map(atWork)
  let others = opened
  let current = { ended: 0 }
  let attempts = 0
  return {
    transform() {
      const own = { ended: 0 }
      current = own
      const blocked = () => {
        own.ended++
      }
      const reading = attempts++ === 0 ? first : others.map((active) => active.again())
      return answerTransform(reading, { asking, gone, blocked })
    },
    progress: () => (current.ended >= choices ? 'over' : 'go'),
    document: (value) => judgeDocument(first, value),
    seen() {
      others = []
    },
  }
}
