import type { JsonValue } from '../../../core/json.js'
import type { Credentials } from '../../../core/provider.js'
import { piecesOf } from '../../services/pieces.js'
import { postJson } from '../../services/post-json.js'
import type { Send } from '../../services/transport.js'
import { azureKey } from './authorization.js'
import { ANALYZE_LIMITS, analyzeBody, analyzeVerdict, isAnalyzing } from './azure-analyze.js'
import { shieldBody, shieldings, shieldVerdicts } from './azure-shield.js'
import type { PieceCall } from './judge-pieces.js'
import { type Question, type RemoteGuard, separableGuard } from './question.js'
import { AZURE_SERVICE, type AzureContentSafetySettings } from './settings.js'

/** A resource's quota begins at five requests a second. */
const AT_ONCE = 4

export interface AzureContentSafetyParts {
  readonly send: Send
  readonly credentials: Credentials
}

/**
 * Azure AI Content Safety (https://learn.microsoft.com/rest/api/contentsafety/text-operations): the severities of harm and the lists of
 * terms, for requests and answers; attacks in what users say and in what tools and documents bring, for requests. Reasons are the
 * categories' names in lower case, `blocklist/NAME`, `user-prompt-attack` and `document-attack`.
 */
export function azureContentSafetyGuard(
  settings: AzureContentSafetySettings,
  { send, credentials }: AzureContentSafetyParts,
): RemoteGuard {
  const analyzing = isAnalyzing(settings)
  const post = (operation: string, body: JsonValue, signal: AbortSignal) =>
    postJson(send, {
      service: AZURE_SERVICE,
      url: `${settings.baseUrl}/contentsafety/text:${operation}?api-version=${encodeURIComponent(settings.apiVersion)}`,
      headers: () => azureKey(credentials),
      body,
      signal,
    })
  const analyses = ({ texts }: Question, signal: AbortSignal): readonly PieceCall[] =>
    piecesOf(texts, ANALYZE_LIMITS).map((piece) => ({
      pieces: [piece],
      ask: async () => [analyzeVerdict(settings, piece, await post('analyze', analyzeBody(settings, piece), signal))],
    }))
  const shields = (question: Question, signal: AbortSignal): readonly PieceCall[] =>
    question.direction === 'answer'
      ? []
      : shieldings(question.texts).map((shielding) => ({
          pieces: [...(shielding.prompt ? [shielding.prompt] : []), ...shielding.documents],
          ask: async () => shieldVerdicts(shielding, await post('shieldPrompt', shieldBody(shielding), signal)),
        }))
  const about = analyzing ? 'both' : 'requests'
  return separableGuard({ window: settings.window, about, atOnce: AT_ONCE }, (question, signal) => [
    ...(settings.promptShield === 'on' ? shields(question, signal) : []),
    ...(analyzing ? analyses(question, signal) : []),
  ])
}
