import type { AnswerText, Guard, GuardedRequest, Judgement, Place } from '../../policies/guardrails/guard.js'

/** `{ prefix: OPS }` in the configuration. */
interface Options {
  readonly prefix?: string
}

/**
 * Numbers of internal tickets (`OPS-1234`) stay inside: with `action: mask` they are taken out of requests and answers, with
 * `action: block` such requests are refused.
 */
export default function ticketNumbers({ prefix = 'TICKET' }: Options): Guard {
  if (!/^[A-Z]{2,10}$/.test(prefix)) throw new Error('options.prefix must be 2 to 10 capital letters')
  const pattern = new RegExp(`\\b${prefix}-\\d{1,8}\\b`, 'g')

  const judge = (texts: readonly { readonly text: string }[]): Judgement => {
    const places = texts.flatMap(({ text }, index) =>
      [...text.matchAll(pattern)].map(
        (match): Place => ({
          text: index,
          start: match.index,
          end: match.index + match[0].length,
          replacement: `${prefix}-?`,
        }),
      ),
    )
    return places.length === 0 ? { kind: 'clean' } : { kind: 'hit', reason: 'ticket', places }
  }

  return {
    // Nothing that it looks for is longer.
    window: prefix.length + 10,
    open: ({ segments }: GuardedRequest) => ({
      request: () => judge(segments),
      answer: (texts: readonly AnswerText[]) => judge(texts),
    }),
  }
}
