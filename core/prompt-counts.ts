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
  return new Counts(count)
}

class Counts implements PromptCounts {
  private readonly make: Meter['countPrompt']
  private readonly counted = new Map<Target, PromptCount | Promise<PromptCount>>()
  private readonly done = new Map<Target, PromptCount>()
  private last: ChatRequest | undefined = undefined

  constructor(make: Meter['countPrompt']) {
    this.make = make
  }

  count(request: ChatRequest, target: Target): PromptCount | Promise<PromptCount> {
    if (request !== this.last) {
      this.counted.clear()
      this.done.clear()
      this.last = request
    }
    const known = this.counted.get(target)
    if (known) return known
    const made = then(this.make(request, target), (prompt) => {
      if (request === this.last) this.done.set(target, prompt)
      return prompt
    })
    this.counted.set(target, made)
    return made
  }

  known(request: ChatRequest, target: Target): PromptCount | undefined {
    return request === this.last ? this.done.get(target) : undefined
  }
}
