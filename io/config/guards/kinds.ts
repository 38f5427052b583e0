import type { z } from 'zod'
import type { ContentVocabulary } from '../../../policies/guardrails/content/vocabulary.js'
import type { Action } from '../../../policies/guardrails/guard-rule.js'
import type { GuardKind } from '../guardrails.js'
import * as azureContentSafety from './azure-content-safety.js'
import * as bedrockGuardrail from './bedrock-guardrail.js'
import * as canary from './canary.js'
import * as custom from './custom.js'
import * as injection from './injection.js'
import * as jsonSchema from './json-schema.js'
import * as language from './language.js'
import * as length from './length.js'
import * as openaiModeration from './openai-moderation.js'
import * as patterns from './patterns.js'
import * as terminology from './terminology.js'
import * as topics from './topics.js'
import * as webhook from './webhook.js'
import * as words from './words.js'

/** What the kinds of guards need of the outside. */
export interface KindOptions {
  readonly sourceFile: custom.SourceFile
  /** What the guards of content may name; undefined in a build that has none. */
  readonly content: ContentVocabulary | undefined
  /** What is wrong with a pattern, without quoting it. */
  patternFault(pattern: string): string | undefined
}

/** Who has no say in what the model does, and who has the least. */
const NOBODY = [] as const
const OTHERS = ['user', 'tool', 'document'] as const
const ALL_ACTIONS: readonly Action[] = ['block', 'flag', 'strip', 'mask']

/** Guards of this machine. */
const LOCAL = { reads: 'both', on: OTHERS, timeout: 1000 } as const

/** Guards that ask a service. */
const REMOTE = { reads: 'both', on: OTHERS, timeout: 2000 } as const

/** Kinds by their names, each put together when it is asked for: that takes time. */
export type GuardKinds = ReadonlyMap<string, () => GuardKind>

/** Every kind of guard of this build. */
export function guardKinds(options: KindOptions): GuardKinds {
  const { content, patternFault } = options
  return new Map<string, () => GuardKind>([
    ...(content ? contentKinds(content, patternFault) : []),
    ...serviceKinds(),
    ['custom', () => customKind(options)],
  ])
}

function contentKinds(
  content: ContentVocabulary,
  patternFault: KindOptions['patternFault'],
): readonly (readonly [string, () => GuardKind])[] {
  return [
    [
      'injection',
      () =>
        kind({
          ...LOCAL,
          members: injection.kindMembers(),
          actions: ALL_ACTIONS,
          check: injection.check,
          use: (written) => ({ kind: 'injection', settings: injection.settingsOf(written) }),
        }),
    ],
    [
      'words',
      () =>
        kind({
          ...LOCAL,
          members: words.kindMembers(),
          actions: ALL_ACTIONS,
          check: words.check,
          use: (written) => ({ kind: 'words', settings: words.settingsOf(written) }),
        }),
    ],
    [
      'patterns',
      () =>
        kind({
          ...LOCAL,
          members: patterns.kindMembers(patternFault),
          actions: ALL_ACTIONS,
          use: (written) => ({ kind: 'patterns', settings: patterns.settingsOf(written) }),
        }),
    ],
    [
      'topics',
      () =>
        kind({
          ...LOCAL,
          members: topics.kindMembers(content.topics),
          actions: ALL_ACTIONS,
          check: topics.check,
          use: (written) => ({ kind: 'topics', settings: topics.settingsOf(written) }),
        }),
    ],
    [
      'language',
      () =>
        kind({
          ...LOCAL,
          on: ['user'],
          members: language.kindMembers(content.languages),
          actions: ALL_ACTIONS,
          use: (written) => ({ kind: 'language', settings: language.settingsOf(written) }),
        }),
    ],
    [
      'length',
      () =>
        kind({
          ...LOCAL,
          on: ['system', 'user', 'assistant', 'tool', 'document'],
          members: length.kindMembers(),
          actions: ALL_ACTIONS,
          check: length.check,
          use: (written) => ({ kind: 'length', settings: length.settingsOf(written) }),
        }),
    ],
    [
      'json-schema',
      () =>
        kind({
          ...LOCAL,
          reads: 'answers',
          on: NOBODY,
          members: jsonSchema.kindMembers(content.schemaFault),
          actions: ['block', 'flag'],
          use: (written) => ({ kind: 'json-schema', settings: jsonSchema.settingsOf(written) }),
        }),
    ],
    [
      'terminology',
      () =>
        kind({
          ...LOCAL,
          members: terminology.kindMembers(),
          actions: ['mask', 'flag', 'block', 'strip'],
          check: terminology.check,
          use: (written) => ({ kind: 'terminology', settings: terminology.settingsOf(written) }),
        }),
    ],
    [
      'canary',
      () =>
        kind({
          ...LOCAL,
          reads: 'answers',
          // What must not leak, and what the client has said himself.
          on: ['system', 'user'],
          members: canary.kindMembers(),
          actions: ALL_ACTIONS,
          check: canary.check,
          use: (written) => ({ kind: 'canary', settings: canary.settingsOf(written) }),
        }),
    ],
  ]
}

function serviceKinds(): readonly (readonly [string, () => GuardKind])[] {
  return [
    [
      'openai-moderation',
      () =>
        kind({
          ...REMOTE,
          members: openaiModeration.kindMembers(),
          actions: ['block', 'flag', 'strip'],
          check: openaiModeration.check,
          use: (written) => ({
            kind: 'openai-moderation',
            settings: openaiModeration.settingsOf(written),
            credentials: openaiModeration.credentialsOf(written),
            cache: written.cache,
          }),
        }),
    ],
    [
      'azure-content-safety',
      () =>
        kind({
          ...REMOTE,
          members: azureContentSafety.kindMembers(),
          actions: ['block', 'flag', 'strip'],
          check: azureContentSafety.check,
          use: (written) => ({
            kind: 'azure-content-safety',
            settings: azureContentSafety.settingsOf(written),
            credentials: azureContentSafety.credentialsOf(written),
            cache: written.cache,
          }),
        }),
    ],
    [
      'bedrock-guardrail',
      () =>
        kind({
          ...REMOTE,
          members: bedrockGuardrail.kindMembers(),
          actions: ['advised', ...ALL_ACTIONS],
          check: bedrockGuardrail.check,
          use: (written) => ({
            kind: 'bedrock-guardrail',
            settings: bedrockGuardrail.settingsOf(written),
            credentials: bedrockGuardrail.credentialsOf(written),
            cache: written.cache,
          }),
        }),
    ],
    [
      'webhook',
      () =>
        kind({
          ...REMOTE,
          members: webhook.kindMembers(),
          actions: ['advised', ...ALL_ACTIONS],
          use: (written) => ({ kind: 'webhook', settings: webhook.settingsOf(written), cache: written.cache }),
        }),
    ],
  ]
}

function customKind({ sourceFile }: KindOptions): GuardKind {
  return kind({
    ...REMOTE,
    members: custom.kindMembers(sourceFile),
    actions: [...ALL_ACTIONS, 'advised'],
    use: ({ path, options }) => ({ kind: 'custom', settings: { ...path, options } }),
  })
}

/** A kind's own functions know its members; who carries it does not. */
function kind<Members extends z.ZodRawShape>(own: GuardKind<Members>): GuardKind {
  return own as unknown as GuardKind
}
