import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../../../../core/json.js'
import { azureContentSafetyGuard } from '../../../../policies/guardrails/external/azure-content-safety.js'
import { bedrockGuardrailGuard } from '../../../../policies/guardrails/external/bedrock-guardrail.js'
import { openaiModerationGuard } from '../../../../policies/guardrails/external/openai-moderation.js'
import type { RemoteGuard } from '../../../../policies/guardrails/external/question.js'
import { webhookGuard } from '../../../../policies/guardrails/external/webhook.js'
import type { Segment } from '../../../../policies/guardrails/guard.js'
import { askPresidio } from '../../../../policies/pii/external/presidio.js'
import { type Send, ServiceFailure } from '../../../../policies/services/transport.js'
import { judged, lasting, through } from '../../../support/guards/asking.js'

const SEGMENTS: readonly Segment[] = [
  { text: 'a secret 😀 of somebody', source: 'user' },
  { text: '', source: 'system' },
  { text: 'another one', source: 'tool' },
]

const answering =
  (body: JsonValue): Send =>
  async () => ({ status: 200, header: () => undefined, body: JSON.stringify(body) })

/** Each service with answers that are nearly right: its own words in any order and depth. */
const GUARDS: readonly (readonly [name: string, words: readonly string[], make: (send: Send) => RemoteGuard])[] = [
  [
    'openai',
    ['results', 'categories', 'category_scores', 'hate', 'a secret'],
    (send) =>
      openaiModerationGuard(
        { baseUrl: 'http://s.test', model: 'm', thresholds: { hate: 0.5 }, window: 1000 },
        { ...through(send), credentials: {} },
      ),
  ],
  [
    'azure',
    ['categoriesAnalysis', 'category', 'severity', 'Hate', 'blocklistsMatch', 'blocklistName', 'L', 'attackDetected'],
    (send) =>
      azureContentSafetyGuard(
        {
          ...{ baseUrl: 'http://s.test', apiVersion: 'v', severities: { hate: 4 }, blocklists: ['L'] },
          ...{ promptShield: 'on', window: 1000 },
        },
        { ...through(send), credentials: {} },
      ),
  ],
  [
    'bedrock',
    [
      'action',
      'NONE',
      'GUARDRAIL_INTERVENED',
      'assessments',
      'outputs',
      'text',
      'wordPolicy',
      'customWords',
      'BLOCKED',
    ],
    (send) =>
      bedrockGuardrailGuard(
        { region: 'r', guardrail: 'g', version: '1', window: 1000 },
        { ...through(send), sign: (request) => request, baseUrlOf: () => 'http://s.test' },
      ),
  ],
  [
    'webhook',
    ['verdict', 'block', 'mask', 'pass', 'reason', 'score', 'places', 'text', 'start', 'end', 'replacement'],
    (send) =>
      webhookGuard(
        { url: 'http://s.test', secret: 'sixteen letters!', context: [], window: 'whole' },
        {
          ...through(send),
          hmac: () => ({ update() {}, digest: () => new Uint8Array(32) }),
          newId: () => 'id',
          now: () => 0,
        },
      ),
  ],
]

/** JSON that is made of these words, small numbers and nothing else. */
function jsonOf(words: readonly string[]): fc.Arbitrary<JsonValue> {
  const word = fc.constantFrom(...words)
  const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
    word,
    fc.constantFrom<JsonValue>(null, true, false, -1, 0, 0.5, 1, 2, 5),
  )
  return fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).value
}

for (const [name, words, make] of GUARDS) {
  test(`whatever ${name} answers is a judgement that can be acted upon, or a failure without content`, async () => {
    await fc.assert(
      fc.asyncProperty(jsonOf(words), async (answer) => {
        try {
          const judgement = await judged(make(answering(answer)), SEGMENTS)
          const { score = 0 } = judgement
          assert.ok(score >= 0 && score <= 1)
          if (judgement.kind === 'clean') return
          assert.match(judgement.reason, /^[a-z0-9_./-]{1,64}$/)
          for (const { text, start, end } of judgement.places ?? []) {
            assert.ok(start >= 0 && start < end && end <= (SEGMENTS[text]?.text.length ?? 0))
          }
        } catch (cause) {
          if (!(cause instanceof ServiceFailure)) throw cause
          assert.ok(!cause.message.includes('secret'))
        }
      }),
      { numRuns: 1000 },
    )
  })
}

test('whatever an analyzer answers is findings within their texts, or a failure', async () => {
  const words = ['entity_type', 'PERSON', 'start', 'end', 'score']
  const results = fc.array(fc.dictionary(fc.constantFrom(...words), jsonOf(words), { noNullPrototype: true }))
  const settings = { url: 'http://s.test', language: 'en', entities: ['PERSON'], threshold: 0, timeout: 1 } as const
  await fc.assert(
    fc.asyncProperty(fc.oneof(jsonOf(words), results), async (answer) => {
      try {
        const send = answering(answer as JsonValue)
        const found = await askPresidio(SEGMENTS, { ...settings, onFailure: 'block' }, through(send), lasting())
        assert.equal(found.length, SEGMENTS.length)
        for (const [index, findings] of found.entries()) {
          for (const { start, end } of findings) {
            assert.ok(start >= 0 && start < end && end <= (SEGMENTS[index]?.text.length ?? 0))
          }
        }
      } catch (cause) {
        if (!(cause instanceof ServiceFailure)) throw cause
      }
    }),
    { numRuns: 1000 },
  )
})
