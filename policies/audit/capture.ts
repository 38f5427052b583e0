import type { ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { Outcome } from '../../core/outcome.js'
import type { Policy, Watch } from '../../core/policy.js'
import { inTurns, type Steps } from '../../core/turns.js'
import { factsOf } from '../budget/match.js'
import { type AnswerReader, answerReader } from './answer.js'
import { charactersIn, cut } from './cap.js'
import type { AuditPort, Heard } from './port.js'
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

/** What may be kept of what was said. */
type MakeConversation = (said: Conversation) => Conversation | Promise<Conversation>

/**
 * Keeps for each request's record what its rule says of what was said: the prompt as the client wrote it and the answer as the client got
 * it, so it must be the first policy. With content off nothing listens to the answer. Refuses with `upstream_unavailable` while
 * records cannot be kept. Throws what `createRedactor` throws.
 */
export function capture({ settings, port, ...parts }: CaptureOptions): Policy {
  const { rules, maxContent } = settings
  const redact = rules.some(({ content }) => content === 'redacted') ? createRedactor(parts) : undefined
  const turns = { clock: parts.clock, pause: parts.pause }

  const conversationOf = ({ content }: AuditRule): MakeConversation | undefined => {
    switch (content) {
      case 'off':
        return undefined
      case 'full':
        return (said) => inTurns(cutBoth(said, maxContent), turns)
      case 'redacted':
        return redact && ((said) => redact(said, maxContent))
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
          const make = heard && conversationOf(rule)
          const read = make && (() => inTurns(heardIn(request, heard.said(outcome), make), turns))
          port.captured(outcome, { model: request.model, rule, read })
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

function* heardIn(request: ChatRequest, answer: readonly Said[], make: MakeConversation): Steps<Heard> {
  const prompt = yield* promptOf(request)
  const characters = (yield* charactersIn(prompt)) + (yield* charactersIn(answer))
  return heardOf({ prompt, answer }, characters, make)
}

/** Not a closure of the steps above, which would keep the request. */
const heardOf = (said: Conversation, characters: number, make: MakeConversation): Heard => ({
  characters,
  conversation: () => make(said),
})

function* cutBoth({ prompt, answer }: Conversation, most: number): Steps<Conversation> {
  return { prompt: yield* cut(prompt, most), answer: yield* cut(answer, most) }
}

function unkept(): GatewayError {
  const message = 'Requests are refused while no record of them can be kept.'
  return new GatewayError('upstream_unavailable', message, { retryAfter: 1 })
}
