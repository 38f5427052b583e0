import type { ChatRequest } from './chat.js'
import type { Meter, PromptCount } from './meter.js'
import type { Target } from './settings.js'
import { then } from './transform.js'

/** Counts prompts when they are first asked for, and once per request and target: most are never asked for. */
export interface PromptCounts {
  count(request: ChatRequest, target: Target): PromptCount | Promise<PromptCount>
  /** What has been counted already; undefined where nobody needed it. */
  known(request: ChatRequest, target: Target): PromptCount | undefined
}

/** The counts of one client request; those of a version of it that a policy has replaced are forgotten. */
export function promptCounts(count: Meter['countPrompt']): PromptCounts {
  const counted = new Map<Target, PromptCount | Promise<PromptCount>>()
  const done = new Map<Target, PromptCount>()
  let last: ChatRequest | undefined
  return {
    count(request, target) {
      if (request !== last) {
        counted.clear()
        done.clear()
        last = request
      }
      const known = counted.get(target)
      if (known) return known
      const made = then(count(request, target), (prompt) => {
        if (request === last) done.set(target, prompt)
        return prompt
      })
      counted.set(target, made)
      return made
    },
    known: (request, target) => (request === last ? done.get(target) : undefined),
  }
}
