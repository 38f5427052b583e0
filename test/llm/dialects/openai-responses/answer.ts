import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import OpenAI from 'openai'
import { projectRoot } from '../../../../cli/project-root.js'
import type { ChatEvent } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { sse } from '../../../../llm/framing/sse.js'
import { wholeBody } from '../../../../llm/framing/whole-body.js'

/** The text of a fixture of this dialect. */
export function fixture(name: string): string {
  return readFileSync(join(projectRoot(), 'test/fixtures/openai-responses', name), 'utf8')
}

/** The frames of a fixture: a stream's events, or one body. */
export function fixtureFrames(name: string): readonly Frame[] {
  const framing = (name.endsWith('.sse') ? sse : wholeBody).decode()
  return [...framing.push(Buffer.from(fixture(name))), ...framing.end('complete')]
}

/** An event of this type. */
export function event(type: string, members: JsonObject = {}): Frame {
  return { type: 'event', event: type, data: JSON.stringify({ type, ...members }) }
}

/** A whole response with these output items. */
export function body(output: readonly JsonObject[], members: JsonObject = {}): Frame {
  const response = { id: 'resp_1', object: 'response', created_at: 5, status: 'completed', model: 'm', output }
  return { type: 'body', data: JSON.stringify({ ...response, ...members }) }
}

/** All events of these frames, and of the ending. */
export function decode(frames: readonly Frame[], how: 'complete' | 'cut' = 'complete'): readonly ChatEvent[] {
  const transform = openaiResponses.decodeEvents()
  const events = frames.flatMap((frame) => transform.push(frame))
  return [...events, ...transform.end(how)]
}

/** What a client with a request of these members gets. */
export function encode(events: readonly ChatEvent[], members: JsonObject = {}): readonly Frame[] {
  const request = openaiResponses.decodeRequest({ model: 'm', input: 'x', ...members })
  const transform = openaiResponses.encodeEvents(request)
  return [...events.flatMap((each) => transform.push(each)), ...transform.end('complete')]
}

/** Serves these frames on loopback to a client of the official SDK, for as long as `read` takes. */
export async function withClient<T>(frames: readonly Frame[], read: (client: OpenAI) => Promise<T>): Promise<T> {
  const whole = frames[0]?.type === 'body'
  const framing = whole ? wholeBody : sse
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', framing.contentType)
      for (const frame of frames) response.write(framing.encode(frame))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    return await read(new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 }))
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
