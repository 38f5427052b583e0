import { z } from 'zod'
import { WEBHOOK_CONTEXT, type WebhookSettings } from '../../../policies/guardrails/external/settings.js'
import { secretKey } from '../pii-values.js'
import { choice } from '../rule-values.js'
import { baseUrl } from '../values.js'
import { cache, window } from './external-values.js'

/** What a guard of kind `webhook` has of its own. */
export function kindMembers() {
  return {
    url: baseUrl(),
    secret: secretKey().refine(isKey, { error: 'must have base64 of at least 16 bytes after whsec_' }),
    context: z
      .array(choice(WEBHOOK_CONTEXT, 'what a webhook may be told'), {
        error: 'must be a list of what the webhook is told besides the texts',
      })
      .default(['model']),
    window: window('whole'),
    cache: cache(0),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

export function settingsOf({ url, secret, context, window }: Written): WebhookSettings {
  return { url, secret, context, window }
}

/** Any text, or bytes as Standard Webhooks writes them. */
function isKey(secret: string): boolean {
  if (!secret.startsWith('whsec_')) return true
  const written = secret.slice('whsec_'.length)
  const bytes = Buffer.from(written, 'base64')
  return bytes.length >= 16 && bytes.toString('base64') === written
}
