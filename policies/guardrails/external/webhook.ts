import type { JsonObject } from '../../../core/json.js'
import { inTurns, mapInSteps, mapStepwise, type Steps } from '../../../core/turns.js'
import { codePointsBefore } from '../../services/code-points.js'
import { postJson } from '../../services/post-json.js'
import type { Services } from '../../services/transport.js'
import type { GuardedRequest } from '../guard.js'
import { type Question, type RemoteGuard, remoteGuard } from './question.js'
import type { WebhookContext, WebhookSettings } from './settings.js'
import { WEBHOOK_SERVICE, webhookJudgement } from './webhook-answer.js'
import { type SigningParts, signatureHeaders } from './webhook-signature.js'

/** Of the protocol; members may be added to either side without a new one. */
const VERSION = 1
const MOST = 256 * 1024

/** Units that a text takes. */
const TEXT = 2

export interface WebhookParts extends SigningParts, Services {}

/**
 * A service of one's own, in any language, that is asked over HTTP. The protocol is in `docs/decisions/0017-external-guards.md`; offsets
 * are code points, calls are signed, and the address decides which guard of several is asked.
 */
export function webhookGuard(settings: WebhookSettings, { send, turns, ...signing }: WebhookParts): RemoteGuard {
  const { url, secret } = settings
  const headers = async (body: Uint8Array) => inTurns(signatureHeaders(secret, body, signing), turns)
  return remoteGuard(settings, async (question, signal) => {
    if (question.texts.every(({ text }) => text === '')) return { kind: 'clean' }
    const body = await inTurns(questionBody(question, settings.context), turns)
    const posting = { service: WEBHOOK_SERVICE, url, headers, body, signal, most: MOST }
    const answer = await postJson({ send, turns }, posting)
    return inTurns(webhookJudgement(answer, question.texts), turns)
  })
}

/** What a webhook is told about a request besides its texts; its verdict may depend on it. */
export function webhookContext(request: GuardedRequest, wanted: readonly WebhookContext[]): JsonObject {
  const { model, found } = request
  const { tags, ...names } = request.identity
  const known = { ...names, model, tags: { ...tags }, found: { ...found } }
  const told = wanted.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]] as const]))
  return Object.fromEntries(told)
}

function* questionBody(question: Question, wanted: readonly WebhookContext[]): Steps<JsonObject> {
  const { request, direction } = question
  return {
    version: VERSION,
    direction,
    request: { id: request.id, ...webhookContext(request, wanted) },
    texts: question.direction === 'request' ? yield* requestTexts(question) : yield* answerTexts(question),
  }
}

function* requestTexts({ texts }: Question & { readonly direction: 'request' }): Steps<readonly JsonObject[]> {
  return yield* mapInSteps(texts, TEXT, ({ text, source }) => ({ text, source }))
}

/** `from` in code points, as everything that is counted here. */
function* answerTexts({ texts }: Question & { readonly direction: 'answer' }): Steps<readonly JsonObject[]> {
  return yield* mapStepwise(texts, TEXT, function* ({ kind, choice, text, from, ended }) {
    return { text, kind, choice, from: yield* codePointsBefore(text, from), ended }
  })
}
