import type { AttemptContext } from './attempt.js'
import type { ChatRequest, Usage } from './chat.js'
import type { UsageSource } from './outcome.js'
import type { Target } from './settings.js'
import type { Tally } from './tally.js'
import { then } from './transform.js'

/** Usage as it is billed. */
export interface SettledUsage {
  readonly usage: Usage
  readonly source: UsageSource
}

/** The provider's figures where the answer came to its end; what was counted where it was cut or nothing was reported. */
export function settledUsage(
  context: AttemptContext,
  target: Target,
  seen: Tally,
  result: 'served' | 'not served',
): SettledUsage | Promise<SettledUsage> {
  if (context.billing === 'free') return { usage: {}, source: 'none' }
  const usage = seen.usage()
  const reported = usage.completion !== undefined && usage.prompt !== undefined
  if (result === 'not served') return { usage, source: reported ? 'provider' : 'none' }
  const webSearches = usage.webSearches ?? unreportedSearches(context.request, target)
  const served = webSearches === undefined ? usage : { ...usage, webSearches }
  if (reported && seen.ended()) return { usage: served, source: 'provider' }
  const prompt = usage.prompt ?? then(context.prompt.count(), ({ tokens }) => tokens)
  return then(prompt, (promptTokens) =>
    then(context.meter.countText(seen.text(), target), (counted) => {
      const whole = seen.ended() && usage.completion !== undefined
      const completion = whole ? usage.completion : Math.max(counted, usage.completion ?? 0)
      return { usage: { ...served, prompt: promptTokens, completion }, source: 'counted' }
    }),
  )
}

/** What the request's dialect bills for and never reports; a target of another dialect was not sent the tool. */
function unreportedSearches({ webSearch }: ChatRequest, target: Target): number | undefined {
  return webSearch?.dialect === target.upstream.provider.dialect.name ? webSearch.unreported : undefined
}

/** Nanodollars. What APIs that stand alone are billed by is known only where they say so themselves. */
export function costOf(context: AttemptContext, target: Target, { usage, source }: SettledUsage): bigint | undefined {
  if (source === 'none') return 0n
  if (source === 'counted' && context.dialect.task === 'alone') return undefined
  return context.meter.cost(usage, target, context.clock.now())
}
