import type { JsonValue } from '../../../core/json.js'
import type { Credentials } from '../../../core/provider.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { piecesOf } from '../../services/pieces.js'
import { postJson } from '../../services/post-json.js'
import type { Services } from '../../services/transport.js'
import { azureKey } from './authorization.js'
import { ANALYZE_LIMITS, analyzeBody, analyzeVerdict, isAnalyzing } from './azure-analyze.js'
import { shieldBody, shieldings, shieldVerdicts } from './azure-shield.js'
import { CALL, type PieceCall } from './judge-pieces.js'
import { type Question, type RemoteGuard, separableGuard } from './question.js'
import { AZURE_SERVICE, type AzureContentSafetySettings } from './settings.js'

/** A resource's quota begins at five requests a second. */
const AT_ONCE = 4

export interface AzureContentSafetyParts extends Services {
  readonly credentials: Credentials
}

/**
 * Azure AI Content Safety (https://learn.microsoft.com/rest/api/contentsafety/text-operations): the severities of harm and the lists of
 * terms, for requests and answers; attacks in what users say and in what tools and documents bring, for requests. Reasons are the
 * categories' names in lower case, `blocklist/NAME`, `user-prompt-attack` and `document-attack`.
 */
export function azureContentSafetyGuard(
  settings: AzureContentSafetySettings,
  { credentials, ...services }: AzureContentSafetyParts,
): RemoteGuard {
  const analyzing = isAnalyzing(settings)
  const post = (operation: string, body: JsonValue, signal: AbortSignal) =>
    postJson(services, {
      service: AZURE_SERVICE,
      url: `${settings.baseUrl}/contentsafety/text:${operation}?api-version=${encodeURIComponent(settings.apiVersion)}`,
      headers: () => azureKey(credentials),
      body,
      signal,
    })
  function* analyses({ texts }: Question, signal: AbortSignal): Steps<readonly PieceCall[]> {
    return yield* mapInSteps(yield* piecesOf(texts, ANALYZE_LIMITS), CALL, (piece) => ({
      pieces: [piece],
      ask: async () => [analyzeVerdict(settings, piece, await post('analyze', analyzeBody(settings, piece), signal))],
    }))
  }
  function* shields(question: Question, signal: AbortSignal): Steps<readonly PieceCall[]> {
    if (question.direction === 'answer') return []
    return yield* mapInSteps(yield* shieldings(question.texts), CALL, (shielding) => ({
      pieces: [...(shielding.prompt ? [shielding.prompt] : []), ...shielding.documents],
      ask: async () => shieldVerdicts(shielding, await post('shieldPrompt', shieldBody(shielding), signal)),
    }))
  }
  const options = { window: settings.window, about: analyzing ? 'both' : 'requests', atOnce: AT_ONCE } as const
  return separableGuard({ ...options, turns: services.turns }, function* (question, signal) {
    const shielding = settings.promptShield === 'on' ? yield* shields(question, signal) : []
    return shielding.concat(analyzing ? yield* analyses(question, signal) : [])
  })
}
