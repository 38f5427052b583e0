import type { Hit, Judgement, Source } from '../../../../policies/guardrails/guard.js'
import { injectionGuard } from '../../../../policies/guardrails/injection/guard.js'
import type { InjectionSettings } from '../../../../policies/guardrails/injection/settings.js'

const USUAL: InjectionSettings = { thresholds: {}, off: [] }

/** What the guard says of one text, at once. */
export function ask(text: string, source: Source = 'user', settings: InjectionSettings = USUAL): Judgement {
  return askAll([{ text, source }], settings)
}

/** What the guard says of the texts of one request, at once. */
export function askAll(
  segments: readonly { readonly text: string; readonly source: Source }[],
  settings: InjectionSettings = USUAL,
): Judgement {
  const open = injectionGuard(settings).open({
    id: 'r',
    identity: { tags: {} },
    model: 'm',
    segments,
    found: {},
    messages: 1,
  })
  return finished(open?.request?.(new AbortController().signal))
}

/** Does work in one go. */
export function finished(judging: unknown): Judgement {
  const steps = judging as Generator<number, Judgement>
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

export function isHit(judgement: Judgement): judgement is Hit {
  return judgement.kind === 'hit'
}
