import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { groupsOf, type Piece, piecesOf } from '../../services/pieces.js'
import { malformed } from '../../services/post-json.js'
import type { Segment, Source } from '../guard.js'
import { CALL, type PieceVerdict } from './judge-pieces.js'
import { AZURE_SERVICE } from './settings.js'

/** One call of Prompt Shields: what a user says, what others bring, or both; never neither. */
export interface Shielding {
  readonly prompt?: Piece
  readonly documents: readonly Piece[]
}

/** A prompt may have 10,000 code points; so may up to five documents together. */
const MOST = 10_000
const MOST_DOCUMENTS = 5
const LIMITS = { most: MOST, overlap: 500 }

/** Where orders have no business to be. */
const DOCUMENTS: readonly Source[] = ['tool', 'document', 'definition']

/** As few calls as the limits allow. System messages and earlier answers are no surface of attack, and are not sent. */
export function* shieldings(segments: readonly Segment[]): Steps<readonly Shielding[]> {
  const prompts = yield* piecesFrom(segments, ['user'])
  const documents = yield* groupsOf(yield* piecesFrom(segments, DOCUMENTS), (group, next) => {
    return group.length < MOST_DOCUMENTS && group.reduce((sum, piece) => sum + length(piece), length(next)) <= MOST
  })
  const longer = prompts.length > documents.length ? prompts : documents
  return yield* mapInSteps<unknown, Shielding>(longer, CALL, (_, index) => {
    const prompt = prompts[index]
    return { ...(prompt && { prompt }), documents: documents[index] ?? [] }
  })
}

export function shieldBody({ prompt, documents }: Shielding): JsonObject {
  return { ...(prompt && { userPrompt: prompt.content }), documents: documents.map(({ content }) => content) }
}

export function shieldVerdicts({ prompt, documents }: Shielding, answer: JsonValue): readonly PieceVerdict[] {
  const { userPromptAnalysis, documentsAnalysis } = isObject(answer) ? answer : {}
  const others = documentsAnalysis ?? []
  if (!Array.isArray(others) || others.length !== documents.length) {
    throw malformed(AZURE_SERVICE, 'it has not one analysis for each document')
  }
  return [
    ...(prompt ? [verdict(prompt, userPromptAnalysis, 'user-prompt-attack')] : []),
    ...documents.map((piece, index) => verdict(piece, others[index], 'document-attack')),
  ]
}

function verdict(piece: Piece, analysis: JsonValue | undefined, reason: string): PieceVerdict {
  const detected = isObject(analysis) ? analysis['attackDetected'] : undefined
  if (typeof detected !== 'boolean')
    throw malformed(AZURE_SERVICE, 'an analysis does not say whether there is an attack')
  return detected ? { piece, score: 1, reason } : { piece, score: 0 }
}

/** Pieces by the index of all segments. */
function* piecesFrom(segments: readonly Segment[], sources: readonly Source[]): Steps<readonly Piece[]> {
  const texts = yield* mapInSteps(segments, 1, ({ text, source }) => ({ text: sources.includes(source) ? text : '' }))
  return yield* piecesOf(texts, LIMITS)
}

function length({ start, end }: Piece): number {
  return end - start
}
