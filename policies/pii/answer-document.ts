import { GatewayError } from '../../core/errors.js'
import type { JsonValue } from '../../core/json.js'
import type { Work } from './answer/stages.js'
import { treatValue } from './answer/treat-value.js'

/** The document with every text in it treated as an answer's; the same object where nothing changes. Throws `guardrail_blocked`. */
export function treatDocument(work: Work, guard: string, value: JsonValue): JsonValue {
  const slices = treatValue(work, value)
  let step = slices.next()
  while (!step.done) step = slices.next()
  if (step.value.kind === 'passed') return step.value.value
  throw new GatewayError('guardrail_blocked', `The guardrail '${guard}' blocks what the provider has answered.`)
}
