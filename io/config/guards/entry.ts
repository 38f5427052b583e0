import type {
  CanarySettings,
  JsonSchemaSettings,
  LanguageSettings,
  LengthSettings,
  PatternsSettings,
  TerminologySettings,
  TopicsSettings,
  WordsSettings,
} from '../../../policies/guardrails/content/settings.js'
import type {
  AzureContentSafetySettings,
  BedrockGuardrailSettings,
  OpenaiModerationSettings,
  WebhookSettings,
} from '../../../policies/guardrails/external/settings.js'
import type { GuardRule } from '../../../policies/guardrails/guard-rule.js'
import type { InjectionSettings } from '../../../policies/guardrails/injection/settings.js'
import type { CredentialSettings } from '../../credentials/plan.js'
import type { CustomSource } from '../../guards/custom-guard.js'

/** One entry of the section `guardrails`: which guard, and when it is asked. */
export interface GuardEntry extends Omit<GuardRule, 'guard'> {
  readonly use: GuardUse
}

/** A guard's kind and what the configuration says of it. */
export type GuardUse =
  | Use<'injection', InjectionSettings>
  | Use<'words', WordsSettings>
  | Use<'patterns', PatternsSettings>
  | Use<'topics', TopicsSettings>
  | Use<'language', LanguageSettings>
  | Use<'length', LengthSettings>
  | Use<'json-schema', JsonSchemaSettings>
  | Use<'terminology', TerminologySettings>
  | Use<'canary', CanarySettings>
  | RemoteUse<'openai-moderation', OpenaiModerationSettings>
  | RemoteUse<'azure-content-safety', AzureContentSafetySettings>
  | RemoteUse<'bedrock-guardrail', BedrockGuardrailSettings>
  | (Use<'webhook', WebhookSettings> & Cached)
  | Use<'custom', CustomSource>

interface Use<Kind extends string, Settings> {
  readonly kind: Kind
  readonly settings: Settings
}

interface RemoteUse<Kind extends string, Settings> extends Use<Kind, Settings>, Cached {
  readonly credentials: CredentialSettings
}

interface Cached {
  /** Milliseconds that a verdict is good for; 0 where it is asked each time. */
  readonly cache: number
}
