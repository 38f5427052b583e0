/**
 * What the configuration says of guards that ask a service. Addresses have no slash at their end; keys are not part of them, but of
 * the credentials that a guard is given.
 */

/** How much of an answer is judged at once: so many UTF-16 units, or all of it. */
export type Window = number | 'whole'

/** What `omni-moderation` and its successors tell apart. */
export const OPENAI_CATEGORIES = [
  ...['harassment', 'harassment/threatening', 'hate', 'hate/threatening', 'illicit', 'illicit/violent'],
  ...['self-harm', 'self-harm/intent', 'self-harm/instructions', 'sexual', 'sexual/minors'],
  ...['violence', 'violence/graphic'],
] as const

export interface OpenaiModerationSettings {
  readonly baseUrl: string
  readonly model: string
  /** The score from which on a category is a hit, 0 to 1, or `off`. Of a category that is not named OpenAI's own flag decides. */
  readonly thresholds: Readonly<Record<string, number | 'off'>>
  readonly window: Window
}

/** As failures name it. */
export const AZURE_SERVICE = 'Azure AI Content Safety'

/** Azure's categories of harm as the configuration writes them, with Azure's own words. */
export const AZURE_CATEGORIES = { hate: 'Hate', self_harm: 'SelfHarm', sexual: 'Sexual', violence: 'Violence' } as const
export type AzureCategory = keyof typeof AZURE_CATEGORIES

export interface AzureContentSafetySettings {
  /** Of the resource: `https://NAME.cognitiveservices.azure.com`. */
  readonly baseUrl: string
  readonly apiVersion: string
  /** The severity from which on a category is a hit, 1 to 7. A category that is not named is not looked at. */
  readonly severities: Readonly<Partial<Record<AzureCategory, number>>>
  /** Names of the resource's lists of terms. */
  readonly blocklists: readonly string[]
  /** Whether prompts and documents are looked at for attacks (Prompt Shields). */
  readonly promptShield: 'on' | 'off'
  readonly window: Window
}

export interface BedrockGuardrailSettings {
  readonly region: string
  /** Absent means that of the region. */
  readonly baseUrl?: string
  /** The guardrail's id or ARN. */
  readonly guardrail: string
  /** A number, or `DRAFT`. */
  readonly version: string
  readonly window: Window
}

/** What a webhook may be told about a request besides its id and its texts. */
export const WEBHOOK_CONTEXT = ['model', 'user', 'team', 'organization', 'key', 'route', 'tags', 'found'] as const
export type WebhookContext = (typeof WEBHOOK_CONTEXT)[number]

export interface WebhookSettings {
  readonly url: string
  /** What its calls are signed with: any text, or `whsec_` and base64. */
  readonly secret: string
  readonly context: readonly WebhookContext[]
  readonly window: Window
}
