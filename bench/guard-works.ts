import { patternsGuard } from '../policies/guardrails/content/patterns.js'
import { wordsGuard } from '../policies/guardrails/content/words.js'
import type { Guard, Judging } from '../policies/guardrails/guard.js'
import { injectionGuard } from '../policies/guardrails/injection/guard.js'
import { createDetector } from '../policies/pii/detect/detector.js'
import { prose } from './prompt.js'

/** Reads one text, whole. */
export interface GuardWork {
  readonly name: string
  read(text: string): void
}

/** What the others are compared with: reading the JSON of a request that has the text in it. */
export function parsing(): GuardWork {
  const bodies = new Map<string, string>()
  return {
    name: 'JSON.parse of the request',
    read(text) {
      const body = bodies.get(text) ?? JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] })
      bodies.set(text, body)
      if (JSON.parse(body) === null) throw new Error('nothing was read')
    },
  }
}

/** Personal data and secrets; and the guards that read texts in this process. */
export function guarding(): readonly GuardWork[] {
  return [
    detecting('personal data', createDetector({})),
    detecting('personal data and secrets', createDetector({ secrets: true })),
    judging('injection', injectionGuard({ thresholds: {}, off: [] })),
    judging('words', wordsGuard({ lists: [{ name: 'own', terms: LISTED }], disguised: false })),
    judging('words, disguised too', wordsGuard({ lists: [{ name: 'own', terms: LISTED }], disguised: true })),
    judging('patterns', patternsGuard({ patterns: [{ name: 'ticket', pattern: 'TICKET-\\d{6}' }] })),
  ]
}

/** A list as operators have them: words that no text of the bench has in it. */
const LISTED = Array.from({ length: 200 }, (_, index) => `zq${prose(24, index + 1).replace(/[^a-z]/gi, '')}`)

function detecting(name: string, detector: ReturnType<typeof createDetector>): GuardWork {
  return {
    name,
    read(text) {
      const task = detector.findSliced(text)
      while (!task.next().done);
    },
  }
}

function judging(name: string, guard: Guard): GuardWork {
  const signal = new AbortController().signal
  return {
    name,
    read(text) {
      const segments = [{ text, source: 'user' }] as const
      const request = { id: 'r', identity: { tags: {} }, model: 'm', messages: 1, segments, found: {} }
      finish(guard.open(request)?.request?.(signal))
    },
  }
}

function finish(judging: Judging | undefined): void {
  if (judging && 'next' in judging) while (!judging.next().done);
}
