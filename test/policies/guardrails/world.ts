import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { Audit } from '../../../core/audit.js'
import type { ChatEvent, ChatRequest } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Call, RequestContent, Verdict, Watch } from '../../../core/policy.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import type { Guard, Judging, OpenGuard } from '../../../policies/guardrails/guard.js'
import type { GuardRule } from '../../../policies/guardrails/guard-rule.js'
import { guardrails } from '../../../policies/guardrails/policy.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { call, contentOf } from '../fakes.js'

/** Timers that go off when they are told to. */
export function timers() {
  const waiting = new Map<() => void, number>()
  return {
    schedule(delay: number, run: () => void) {
      waiting.set(run, delay)
      return () => void waiting.delete(run)
    },
    waiting: () => [...waiting.values()],
    pass(): void {
      for (const run of [...waiting.keys()]) run()
    },
  }
}

export function ruleOf(guard: Guard, rule: Partial<GuardRule> = {}): GuardRule {
  return {
    ...{ name: 'g', match: new Map(), sets: [], guard, on: ['user', 'tool', 'document'], answers: false },
    ...{ action: 'block', shadow: false, timeout: 1000, onFailure: 'block', unscannable: 'allow' },
    ...rule,
  }
}

/** A guard of one request's half, or one answer's. */
export function guardOf(open: OpenGuard | (() => OpenGuard | undefined), window: Guard['window'] = 20): Guard {
  return { window, open: typeof open === 'function' ? open : () => open }
}

/** Looks for a word, in requests and answers. */
export function wordGuard(word: string, more: { window?: Guard['window']; replacement?: string } = {}): Guard {
  const find = (texts: readonly { readonly text: string }[]): Judging => {
    const places = texts.flatMap(({ text }, index) => {
      const at: number[] = []
      for (let i = text.indexOf(word); i >= 0; i = text.indexOf(word, i + 1)) at.push(i)
      return at.map((start) => ({
        ...{ text: index, start, end: start + word.length },
        ...(more.replacement !== undefined && { replacement: more.replacement }),
      }))
    })
    return places.length === 0 ? { kind: 'clean' } : { kind: 'hit', reason: 'word', places }
  }
  return {
    window: more.window ?? word.length,
    open: ({ segments }) => ({ request: () => find(segments), answer: find }),
  }
}

interface Asked {
  readonly content?: Partial<RequestContent>
  readonly call?: Partial<Call>
  readonly request?: Partial<ChatRequest>
}

/** A policy of these rules, on requests of Chat Completions. */
export function subject(rules: readonly GuardRule[], schedule = timers().schedule) {
  const clock = { now: () => 0, monotonic: () => 0 }
  const policy = guardrails({ rules, clock, pause: () => setImmediate(), schedule })
  return async (body: JsonObject, asked: Asked = {}): Promise<Verdict> =>
    policy.admit(chatRequestOf(asked.request ?? {}), {
      ...call([]),
      content: contentOf(body, { contentOf: openaiChat.contentOf, sourceOf: openaiChat.sourceOf, ...asked.content }),
      ...asked.call,
    })
}

export const said = (...texts: readonly string[]): JsonObject => ({
  model: 'm',
  messages: texts.map((content) => ({ role: 'user', content })),
})

export const watchOf = (verdict: Verdict): Watch => ('watch' in verdict && verdict.watch) || assert.fail('no watch')
export const auditsOf = (verdict: Verdict): readonly Audit[] => watchOf(verdict).audits?.() ?? assert.fail('no audits')
export const auditOf = (verdict: Verdict): Audit => auditsOf(verdict)[0] ?? assert.fail('no audit')

export function refusal(verdict: Verdict) {
  assert.ok(verdict.kind === 'refuse', verdict.kind)
  return verdict.error
}

/** What reaches the client of these events. */
export async function passed(verdict: Verdict, events: readonly ChatEvent[]): Promise<readonly ChatEvent[]> {
  const transform = watchOf(verdict).transform?.()
  if (!transform) return events
  const out: ChatEvent[] = []
  for (const event of events) out.push(...(await transform.push(event)))
  return [...out, ...(await transform.end('complete'))]
}

/** An answer of one text in pieces. */
export function answer(pieces: readonly string[], choice = 0): readonly ChatEvent[] {
  return [
    { type: 'start', id: 'a', model: 'm' },
    { type: 'block-start', choice, block: 0, start: { kind: 'text' } },
    ...pieces.map((text): ChatEvent => ({ type: 'delta', choice, block: 0, text })),
    { type: 'block-end', choice, block: 0 },
    { type: 'finish', choice, reason: 'stop', raw: 'stop' },
    { type: 'end' },
  ]
}

export const textOf = (events: readonly ChatEvent[]): string =>
  events.map((event) => (event.type === 'delta' ? event.text : '')).join('')

export const finishOf = (events: readonly ChatEvent[]): string | undefined =>
  events.flatMap((event) => (event.type === 'finish' ? [event.reason] : []))[0]
