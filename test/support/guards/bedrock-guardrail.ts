import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { FakeCall, FakeReply } from './fake-service.js'
import { isSigned, type SigningKeys } from './sigv4.js'

export const BEDROCK_KEYS: SigningKeys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
  region: 'eu-west-1',
  service: 'bedrock',
}
export const BEDROCK_KEY = 'bedrock-api-key'

const GUARDRAILS = ['gr1', encodeURIComponent('arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1')]
const MOST_UNITS = 25
const CANNED = 'Sorry, the model cannot answer this question.'

/**
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html, of a guardrail that blocks the topic
 * `investment advice` and the word `darn`, and masks e-mails and names.
 */
export function bedrockGuardrail(call: FakeCall): FakeReply {
  const bearer = call.headers.authorization === `Bearer ${BEDROCK_KEY}`
  if (!bearer && !isSigned(call, BEDROCK_KEYS)) return refused(403, 'AccessDeniedException')
  const [, id = '', version = ''] = /^\/guardrail\/([^/]+)\/version\/([^/]+)\/apply$/.exec(call.path) ?? []
  if (!GUARDRAILS.includes(id) || !['DRAFT', '3'].includes(version)) return refused(404, 'ResourceNotFoundException')
  const body: JsonValue = JSON.parse(call.body)
  if (call.method !== 'POST' || !isObject(body)) return refused(400, 'ValidationException')
  const { source, content, ...others } = body
  const texts = Array.isArray(content) ? content.map(textIn) : []
  const known = source === 'INPUT' || source === 'OUTPUT'
  if (!known || Object.keys(others).length > 0 || texts.length === 0 || texts.includes('')) {
    return refused(400, 'ValidationException')
  }
  const units = texts.reduce((sum, text) => sum + Math.ceil(text.length / 1000), 0)
  if (units > MOST_UNITS) return refused(429, 'ThrottlingException')
  return { status: 200, body: applied(texts) }
}

function textIn(block: JsonValue): string {
  const text = isObject(block) && Object.keys(block).length === 1 ? block['text'] : undefined
  return isObject(text) && typeof text['text'] === 'string' ? text['text'] : ''
}

function applied(texts: readonly string[]): JsonObject {
  const all = texts.join('\n')
  const topics = all.includes('investment advice')
    ? [{ name: 'Investment Advice', type: 'DENY', action: 'BLOCKED' }]
    : []
  const insults = all.includes('idiot') ? [{ type: 'INSULTS', confidence: 'MEDIUM', action: 'BLOCKED' }] : []
  const noticed = all.includes('grumpy') ? [{ type: 'HATE', confidence: 'LOW', action: 'NONE' }] : []
  const words = all.includes('darn') ? [{ match: 'darn', action: 'BLOCKED' }] : []
  const pii = [...all.matchAll(/\S+@\S+\.com/g)].map(([match]) => ({ type: 'EMAIL', match, action: 'ANONYMIZED' }))
  const names = [...all.matchAll(/Jane Roe|Bob/g)].map(([match]) => ({ type: 'NAME', match, action: 'ANONYMIZED' }))
  const blocked = topics.length + insults.length + words.length > 0
  const masked = texts.map((text) => text.replace(/\S+@\S+\.com/g, '{EMAIL}').replace(/Jane Roe|Bob/g, '{NAME}'))
  const intervened = blocked || pii.length + names.length > 0
  return {
    usage: { topicPolicyUnits: 1, contentPolicyUnits: 1, wordPolicyUnits: 1, sensitiveInformationPolicyUnits: 1 },
    action: intervened ? 'GUARDRAIL_INTERVENED' : 'NONE',
    outputs: blocked ? [{ text: CANNED }] : intervened ? masked.map((text) => ({ text })) : [],
    assessments: [
      {
        ...(topics.length > 0 && { topicPolicy: { topics } }),
        ...(insults.length + noticed.length > 0 && { contentPolicy: { filters: [...insults, ...noticed] } }),
        ...(words.length > 0 && { wordPolicy: { customWords: words, managedWordLists: [] } }),
        ...(pii.length + names.length > 0 && {
          sensitiveInformationPolicy: { piiEntities: [...pii, ...names], regexes: [] },
        }),
      },
    ],
  }
}

function refused(status: number, type: string): FakeReply {
  return {
    status,
    headers: { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` },
    body: { message: 'A message that may repeat what was sent.' },
  }
}
