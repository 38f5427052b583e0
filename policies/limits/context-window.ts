import { GatewayError } from '../../core/errors.js'
import type { PromptCount } from '../../core/meter.js'
import type { Policy } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'

/**
 * Leaves out targets whose context window cannot hold the prompt and the answer that was asked for; 400
 * `context_length_exceeded` when none is left. Approximate counts refuse only what is too long by their stated error.
 */
export const contextWindow: Policy = {
  name: 'context-window',
  async admit(request, call) {
    const answer = request.maxOutputTokens ?? 0
    const fits: Target[] = []
    let longest = 0
    let prompt = 0
    for (const target of call.targets) {
      const window = target.limits.contextWindow
      if (window === undefined) {
        fits.push(target)
        continue
      }
      const counted = call.countPrompt(request, target)
      const count = counted instanceof Promise ? await counted : counted
      if (atLeast(count) + answer <= window) fits.push(target)
      prompt = count.tokens
      longest = Math.max(longest, window)
    }
    if (fits.length > 0) {
      return { kind: 'continue', request, targets: fits.length < call.targets.length ? fits : call.targets }
    }
    const asked = answer > 0 ? ` and up to ${answer} tokens of answer` : ''
    const error = new GatewayError(
      'context_length_exceeded',
      `This request has about ${prompt} tokens of prompt${asked}; the largest context of this model is ${longest} tokens.`,
      { param: 'messages' },
    )
    return { kind: 'refuse', error }
  },
}

const atLeast = ({ tokens, upperBound }: PromptCount) => Math.max(0, 2 * tokens - upperBound)
