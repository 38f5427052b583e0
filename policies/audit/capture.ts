import { GatewayError } from '../../core/errors.js'
import type { Outcome } from '../../core/outcome.js'
import type { Policy, Watch } from '../../core/policy.js'
import { factsOf } from '../budget/match.js'
import { type AnswerReader, answerReader } from './answer.js'
import { keptOf, readingOf, shares } from './cap.js'
import type { AuditPort, Captured } from './port.js'
import { promptOf } from './prompt.js'
import { createRedactor, type RedactorOptions } from './redact.js'
import { candidates, ruleOf } from './rule-of.js'
import type { Conversation, Said } from './said.js'
import type { AuditRule, AuditSettings } from './settings.js'

export interface CaptureOptions extends Omit<RedactorOptions, 'own'> {
  readonly settings: AuditSettings
  readonly port: AuditPort
  readonly own: RedactorOptions['own']
}

/**
 * Keeps for each request's record what its rule says of what was said: the prompt as the client wrote it and the answer as the client got
 * it, so it must be the first policy. With content off nothing listens to the answer. Refuses with `upstream_unavailable` while
 * records cannot be kept. Throws what `createRedactor` throws.
 */
export function capture({ settings, port, ...parts }: CaptureOptions): Policy {
  const { rules, maxContent } = settings
  const redact = rules.some(({ content }) => content === 'redacted') ? createRedactor(parts) : undefined

  const conversationOf = ({ content }: AuditRule, said: Conversation): Captured['conversation'] => {
    switch (content) {
      case 'off':
        return undefined
      case 'full':
        return () => ({ prompt: cut(said.prompt, maxContent), answer: cut(said.answer, maxContent) })
      case 'redacted':
        return redact && (() => redact(said, maxContent))
    }
  }

  return {
    name: 'audit',
    admit(request, call) {
      if (!port.mayGoOn()) throw unkept()
      const facts = factsOf(call, request.model, call.targets)
      const possible = candidates(rules, facts)
      const keeps = possible.some(({ content }) => content !== 'off')
      const heard = keeps ? createHearing() : undefined
      const watch: Watch = {
        ...heard?.watch,
        settle(outcome) {
          const rule = ruleOf(possible, { ...facts, label: outcome.label })
          if (!rule) return
          const model = request.model
          if (rule.content === 'off' || !heard) return port.captured(outcome, { model, rule, characters: 0 })
          const said = { prompt: promptOf(request), answer: heard.said(outcome) }
          const characters = lengthOf(said.prompt) + lengthOf(said.answer)
          port.captured(outcome, { model, rule, conversation: conversationOf(rule, said), characters })
        },
      }
      return { kind: 'continue', request, watch }
    },
    explain(request, call) {
      if (!port.mayGoOn()) throw unkept()
      const possible = candidates(rules, factsOf(call, request.model, call.targets))
      return { verdict: { kind: 'continue', request }, details: { content: possible.map(({ content }) => content) } }
    },
  }
}

/** Listens to the answer of each attempt; what counts is the last one's. */
function createHearing() {
  let reader: AnswerReader | undefined
  const watch: Watch = {
    hears() {
      reader = answerReader()
      return reader.hear
    },
    asked() {
      reader = undefined
    },
    document(value) {
      reader ??= answerReader()
      reader.read(value)
      return value
    },
  }
  return {
    watch,
    said({ attempts }: Outcome): readonly Said[] {
      // What an attempt said that came to nothing has reached nobody.
      return attempts.at(-1)?.outcome === 'served' ? (reader?.said() ?? []) : []
    },
  }
}

const lengthOf = (said: readonly Said[]) => said.reduce((sum, { text = '' }) => sum + text.length, 0)

function cut(said: readonly Said[], most: number): readonly Said[] {
  return shares(said, most).map((share) => keptOf(share, readingOf(share, 0), 0))
}

function unkept(): GatewayError {
  const message = 'Requests are refused while no record of them can be kept.'
  return new GatewayError('upstream_unavailable', message, { retryAfter: 1 })
}
