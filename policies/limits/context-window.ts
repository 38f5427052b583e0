import type { ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { PromptCount } from '../../core/meter.js'
import type { Call, Policy, Verdict } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'
import { all, then } from '../../core/transform.js'

/**
 * Leaves out targets whose context window cannot hold the prompt and the answer that was asked for; 400
 * `context_length_exceeded` when none is left. Approximate counts refuse only what is too long by their stated error. Requests
 * for embeddings pass: the window is that of each input, and many a provider cuts what is longer.
 */
export const contextWindow: Policy = {
  name: 'context-window',
  admit,
  explain(request, call) {
    const windows = call.targets.map((target) => ({
      target: target.name,
      ...(target.limits.contextWindow !== undefined && { contextWindow: target.limits.contextWindow }),
    }))
    return then(admit(request, call), (verdict) => ({ verdict, details: { windows } }))
  },
}

function admit(request: ChatRequest, call: Call): Verdict | Promise<Verdict> {
  if (request.embedding) return { kind: 'continue', request }
  const answer = request.maxOutputTokens ?? 0
  const bounded = call.targets.filter(({ limits }) => limits.contextWindow !== undefined)
  // Most prompts are so far from the limit that their length alone says that they fit.
  return then(all(bounded.map((target) => call.promptCeiling(request, target))), (ceilings) => {
    const windows = bounded.filter((target, index) => (ceilings[index] ?? 0) + answer > windowOf(target))
    if (windows.length === 0) return { kind: 'continue', request }
    return then(all(windows.map((target) => call.countPrompt(request, target))), (counts) =>
      judge(request, call, new Map(windows.map((target, index) => [target, counts[index]]))),
    )
  })
}

function judge(request: ChatRequest, call: Call, counts: ReadonlyMap<Target, PromptCount | undefined>): Verdict {
  const answer = request.maxOutputTokens ?? 0
  const fits = call.targets.filter((target) => {
    const count = counts.get(target)
    return count === undefined || atLeast(count) + answer <= windowOf(target)
  })
  if (fits.length > 0) {
    return { kind: 'continue', request, targets: fits.length < call.targets.length ? fits : call.targets }
  }
  const longest = call.targets.reduce((best, target) => (windowOf(target) > windowOf(best) ? target : best))
  const prompt = counts.get(longest)?.tokens
  const asked = answer > 0 ? ` and up to ${answer} tokens of answer` : ''
  const error = new GatewayError(
    'context_length_exceeded',
    `This request has about ${prompt} tokens of prompt${asked}; the largest context of this model is ${windowOf(longest)} tokens.`,
    { param: 'messages' },
  )
  return { kind: 'refuse', error }
}

const windowOf = ({ limits }: Target) => limits.contextWindow ?? Number.POSITIVE_INFINITY

const atLeast = ({ tokens, upperBound }: PromptCount) => Math.max(0, 2 * tokens - upperBound)
