import type { ChatRequest } from './chat.js'
import type { Meter, PromptCount } from './meter.js'
import type { Target } from './settings.js'

/** Counts prompts when they are first asked for, and once per request and target: most are never asked for. */
export interface PromptCounts {
  count(request: ChatRequest, target: Target): PromptCount | Promise<PromptCount>
  /** What has been counted already; undefined where nobody needed it. */
  known(request: ChatRequest, target: Target): PromptCount | undefined
}

/** The count of what is sent, for one target. */
export interface PromptCounted {
  count(): PromptCount | Promise<PromptCount>
  /** Where it has been counted. */
  known(): PromptCount | undefined
}

/** Counts when it is first asked to, for which it keeps the request. */
export function countedWhenAsked(counts: PromptCounts, request: ChatRequest, target: Target): PromptCounted {
  return { count: () => counts.count(request, target), known: () => counts.known(request, target) }
}

/** The counts of one client request; those of a version of it that a policy has replaced are forgotten. */
export function promptCounts(count: Meter['countPrompt']): PromptCounts {
  return new Counts(count)
}

class Counts implements PromptCounts {
  private readonly make: Meter['countPrompt']
  private readonly counted = new Map<Target, PromptCount | Promise<PromptCount>>()
  private last: ChatRequest | undefined = undefined

  constructor(make: Meter['countPrompt']) {
    this.make = make
  }

  count(request: ChatRequest, target: Target): PromptCount | Promise<PromptCount> {
    if (request !== this.last) {
      this.counted.clear()
      this.last = request
    }
    const known = this.counted.get(target)
    if (known) return known
    const made = this.make(request, target)
    this.counted.set(target, made)
    if (!(made instanceof Promise)) return made
    return made.then((prompt) => {
      if (request === this.last) this.counted.set(target, prompt)
      return prompt
    })
  }

  known(request: ChatRequest, target: Target): PromptCount | undefined {
    const counted = request === this.last ? this.counted.get(target) : undefined
    return counted instanceof Promise ? undefined : counted
  }
}
