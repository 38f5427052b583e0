import type {
  AnswerText,
  Guard,
  GuardedRequest,
  Hit,
  Judgement,
  Judging,
  Segment,
} from '../../../../policies/guardrails/guard.js'
import { atOnce } from '../../pii/at-once.js'

const NEVER = new AbortController().signal

type Asked = Partial<Omit<GuardedRequest, 'segments'>>

export function guarded(segments: readonly (string | Segment)[], more: Asked = {}): GuardedRequest {
  return {
    id: 'r',
    identity: { tags: {} },
    model: 'm',
    messages: segments.length,
    found: {},
    ...more,
    segments: segments.map((each) => (typeof each === 'string' ? { text: each, source: 'user' } : each)),
  }
}

/** What a guard has said at once, or in steps. */
export function said(judging: Judging | undefined): Judgement {
  if (judging === undefined || judging instanceof Promise) throw new Error('not said at once')
  return 'next' in judging ? atOnce(judging) : judging
}

export function ofRequest(guard: Guard, ...segments: readonly (string | Segment)[]): Judgement {
  return said(guard.open(guarded(segments))?.request?.(NEVER))
}

/** The texts that a judgement points at. */
function shown(texts: readonly string[], judgement: Judgement): readonly string[] {
  if (judgement.kind === 'clean') return []
  return (judgement.places ?? []).map(({ text, start, end }) => texts[text]?.slice(start, end) ?? '')
}

/** What a request is said to have, as `reason: place, place`. */
export function inRequest(guard: Guard, ...texts: readonly string[]): string {
  const judgement = ofRequest(guard, ...texts)
  return judgement.kind === 'clean' ? 'clean' : `${judgement.reason}: ${shown(texts, judgement).join(', ')}`
}

/** A hit, with places by their offsets in the whole answer. */
export interface Heard {
  readonly reason: string
  readonly start: number
  readonly end: number
  readonly replacement?: string
}

/**
 * Lets a guard read an answer that comes in these pieces, as the runner does: what is new, and before it as much as its window holds.
 * Fails where a place lies outside of that.
 */
export function hear(guard: Guard, pieces: readonly string[], request = guarded([])): readonly Heard[] {
  const open = guard.open(request)
  const window = guard.window
  if (window === 'whole') throw new Error('reads whole answers only')
  const heard: Heard[] = []
  let whole = ''
  for (const [index, piece] of [...pieces, ''].entries()) {
    const before = Math.max(0, whole.length - window)
    const from = whole.length - before
    whole += piece
    const text = whole.slice(before)
    const ended = index === pieces.length
    const judgement = said(open?.answer?.([{ kind: 'text', choice: 0, text, from, ended }], NEVER))
    if (judgement.kind === 'hit') heard.push(...placed(judgement, text, before))
  }
  return heard
}

function placed({ reason, places = [] }: Hit, text: string, before: number): readonly Heard[] {
  return places.map(({ start, end, replacement }) => {
    if (start < 0 || end > text.length || start > end) throw new Error('a place outside of the text')
    return { reason, start: start + before, end: end + before, ...(replacement !== undefined && { replacement }) }
  })
}

/** What a guard says of all texts of a choice at its end. */
export function ofWhole(
  guard: Guard,
  texts: readonly (string | Pick<AnswerText, 'kind' | 'text'>)[],
  request = guarded([]),
): Judgement {
  const whole = texts.map((each): AnswerText => {
    const { kind, text } = typeof each === 'string' ? { kind: 'text' as const, text: each } : each
    return { kind, text, choice: 0, from: 0, ended: true }
  })
  return said(guard.open(request)?.answer?.(whole, NEVER))
}
