import type { JsonObject } from '../../../core/json.js'
import { postJson } from '../../services/post-json.js'
import type { Send } from '../../services/transport.js'
import type { GuardedRequest } from '../guard.js'
import { type Question, type RemoteGuard, remoteGuard } from './question.js'
import type { WebhookContext, WebhookSettings } from './settings.js'
import { WEBHOOK_SERVICE, webhookJudgement } from './webhook-answer.js'
import { type SigningParts, signatureHeaders } from './webhook-signature.js'

/** Of the protocol; members may be added to either side without a new one. */
const VERSION = 1
const MOST = 256 * 1024

export interface WebhookParts extends SigningParts {
  readonly send: Send
}

/**
 * A service of one's own, in any language, that is asked over HTTP. The protocol is in `docs/decisions/0017-external-guards.md`; offsets
 * are code points, calls are signed, and the address decides which guard of several is asked.
 */
export function webhookGuard(settings: WebhookSettings, { send, ...signing }: WebhookParts): RemoteGuard {
  const { url, secret } = settings
  const headers = async (body: Uint8Array) => signatureHeaders(secret, body, signing)
  return remoteGuard(settings, async (question, signal) => {
    if (question.texts.every(({ text }) => text === '')) return { kind: 'clean' }
    const body = questionBody(question, settings.context)
    const answer = await postJson(send, { service: WEBHOOK_SERVICE, url, headers, body, signal, most: MOST })
    return webhookJudgement(answer, question.texts)
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

function questionBody(question: Question, wanted: readonly WebhookContext[]): JsonObject {
  const { request, direction } = question
  return {
    version: VERSION,
    direction,
    request: { id: request.id, ...webhookContext(request, wanted) },
    texts: question.direction === 'request' ? requestTexts(question) : answerTexts(question),
  }
}

function requestTexts({ texts }: Question & { readonly direction: 'request' }): readonly JsonObject[] {
  return texts.map(({ text, source }) => ({ text, source }))
}

/** `from` in code points, as everything that is counted here. */
function answerTexts({ texts }: Question & { readonly direction: 'answer' }): readonly JsonObject[] {
  return texts.map(({ kind, choice, text, from, ended }) => {
    return { text, kind, choice, from: [...text.slice(0, from)].length, ended }
  })
}
