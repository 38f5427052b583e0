import { GatewayError } from '../../../core/errors.js'
import type { Call } from '../../../core/policy.js'
import { ServiceFailure, type Services } from '../../services/transport.js'
import type { Finding } from '../detect/finding.js'
import { spelled } from '../reading.js'
import type { Found } from '../scan-texts.js'
import type { AnalyzerSettings, PiiRule } from '../settings.js'
import { askPresidio } from './presidio.js'

/** How analyzers are asked. */
export interface AnalyzerParts extends Services {
  /** Aborted after so many milliseconds, with a reason of the name `TimeoutError`. */
  timeout(ms: number): AbortSignal
}

/** The client hung up while an analyzer was waited for. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

interface Circumstances {
  readonly parts: AnalyzerParts
  readonly call: Call
  /** Aborted when nobody needs it any more. */
  readonly given: AbortSignal
  /** Told why the analyzer did not read the request, in words without content. */
  failed(why: string): void
}

/**
 * What the rule's analyzer finds in each text, of what the rule looks for. Where it fails or is late nothing, with `onFailure` `block`
 * a rejection with `guardrail_blocked`. Rejects with `ClientGone` where nobody waits any more.
 */
export async function findElsewhere(
  texts: readonly { readonly text: string }[],
  rule: PiiRule,
  settings: AnalyzerSettings,
  { parts, call, given, failed }: Circumstances,
): Promise<Found> {
  const client = call.signal()
  const signal = AbortSignal.any([client, given, parts.timeout(settings.timeout)])
  try {
    const found = await askPresidio(texts, settings, parts, signal)
    const wanted = wantedBy(rule)
    return found.map((findings, index) => findings.filter((finding) => wanted(finding, texts[index]?.text ?? '')))
  } catch (cause) {
    if (client.aborted) throw new ClientGone()
    if (!given.aborted) failed(why(cause))
    if (settings.onFailure === 'builtin') return []
    const message = `The guardrail '${rule.name}' could not have this request analyzed, and blocks what was not.`
    throw new GatewayError('guardrail_blocked', message, { cause })
  }
}

function why(cause: unknown): string {
  return cause instanceof ServiceFailure ? cause.message : 'the analyzer could not be asked'
}

function wantedBy({ entities, thresholds, allow }: PiiRule): (finding: Finding, text: string) => boolean {
  const allowed = new Set(allow.map(spelled))
  return ({ entity, start, end, confidence }, text) =>
    (entities === undefined || entities.includes(entity)) &&
    confidence >= (thresholds[entity] ?? 0) &&
    !allowed.has(spelled(text.slice(start, end)))
}
