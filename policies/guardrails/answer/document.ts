import { GatewayError } from '../../../core/errors.js'
import type { JsonValue } from '../../../core/json.js'
import type { Steps } from '../../../core/turns.js'
import { atOnce } from '../../../core/turns.js'
import type { AtWork } from '../active.js'
import { type Edits, editsOf } from '../edits.js'
import type { AnswerText, Judgement } from '../guard.js'
import { isSteps, judgementOf, NoLonger } from '../judge.js'
import { ruleOn, ruleOnFailure } from '../ruling.js'
import { valueParts } from './parts.js'

/**
 * Lets guards read an answer that is a document: the texts of an API that stands alone, such as transcripts. Nobody can be waited for
 * here: a guard that asks others has failed. Throws `guardrail_blocked`.
 */
export function judgeDocument(actives: readonly AtWork[], value: JsonValue): JsonValue {
  const parts = valueParts(value)
  const edits: Edits[] = parts.texts.map((text) => actives.flatMap((active) => editsBy(active, text)))
  return parts.written(edits) ?? value
}

function editsBy(active: AtWork, text: string): Edits {
  const { rule, tally } = active
  tally.surfaces.add('answer/text')
  tally.characters += text.length
  const judgement = judgedNow(active, { kind: 'text', choice: 0, text, from: 0, ended: true })
  const ruling = judgement instanceof Error ? ruleOnFailure(active, judgement) : ruleOn(active, judgement)
  if (ruling.kind === 'block') throw blocked(rule.name)
  return ruling.kind === 'change' ? (atOnce(editsOf(rule, ruling.hit, [{ text }]))[0] ?? []) : []
}

/** An error where the guard fails, or would have to be waited for. */
function judgedNow({ open }: AtWork, text: AnswerText): Judgement | Error {
  const controller = new AbortController()
  try {
    const judging: unknown = open.answer?.([text], controller.signal)
    if (!(judging instanceof Promise)) return judgementOf(isSteps(judging) ? lastOf(judging) : judging)
    judging.catch(() => {})
    controller.abort()
  } catch (cause) {
    return cause instanceof Error ? cause : new Error('failed')
  }
  return new NoLonger('AbortError', 'nobody can wait here')
}

/** More are none that end. */
const MOST_STEPS = 100_000

function lastOf(steps: Steps<unknown>): unknown {
  for (let left = MOST_STEPS; left > 0; left--) {
    const step = steps.next()
    if (step.done) return step.value
  }
  throw new NoLonger('TimeoutError', 'it takes too many steps')
}

function blocked(name: string): GatewayError {
  return new GatewayError('guardrail_blocked', `The guardrail '${name}' blocks this answer.`)
}
