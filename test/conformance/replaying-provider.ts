import { type FakeProvider, type ProviderCall, startProvider } from '../support/provider.js'
import type { Recording } from './recording.js'
import { piecesOf } from './recordings/cutting.js'
import { wireAnswer } from './recordings/wire-answer.js'

/** Models whose name holds this and a recording's id are answered with it. */
export const REPLAY_PREFIX = 'replay:'

/**
 * A provider that answers every request with the recording that its model names, in the body or in the path: recorded status,
 * headers and bytes. Streams leave in the pieces that `seed` chooses.
 */
export async function startReplayingProvider(recordings: readonly Recording[], seed: number): Promise<FakeProvider> {
  const byId = new Map(recordings.map((recording) => [recording.id, recording]))
  return startProvider(async (call, reply) => {
    const id = replayedId(call)
    const recording = byId.get(id)
    if (recording === undefined) return reply.json(404, { error: { message: `replay: no recording '${id}'` } })
    const answer = wireAnswer(recording)
    reply.head(answer.status, answer.headers)
    for (const piece of piecesOf(recording, answer, seed)) await reply.write(piece)
    reply.end()
  })
}

function replayedId({ body, path }: ProviderCall): string {
  const model = body['model']
  const named = typeof model === 'string' ? model : decodeURIComponent(path)
  return /replay:([\w.-]+)/.exec(named)?.[1] ?? ''
}
