import type { JsonObject } from '../../core/json.js'
import { anthropicJson, anthropicStream, openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import type { Handler, ProviderCall } from '../support/provider.js'
import { answerTo, TAG } from './chaos-load.js'

/** Answers that have stopped in the middle. */
export interface Held {
  /** Resolves when all have stopped. */
  readonly full: Promise<readonly ProviderCall[]>
  release(): void
}

/** Providers that answer with the tag of the request. */
export interface Gate {
  readonly openai: Handler
  readonly anthropic: Handler
  /** The next so many answers stop in the middle: streams after their first piece of text, others before they begin. */
  hold(count: number): Held
}

/** What a request says of itself; empty where it is nobody's that should have come. */
export function tagOf({ bodyText }: ProviderCall): string {
  return TAG.exec(bodyText)?.[0] ?? ''
}

/** A gate that is open. */
export function startGate(): Gate {
  let shut: Promise<void> | undefined
  let open = () => {}
  let wanted = 0
  let held: ProviderCall[] = []

  const pass = async (call: ProviderCall) => {
    if (held.length >= wanted) return
    held.push(call)
    await shut
  }
  const answering =
    (json: typeof openaiJson, stream: typeof openaiStream): Handler =>
    async (call, reply) => {
      const said = answerTo(tagOf(call))
      const options = { model: String(call.body['model']) }
      if (call.body['stream'] !== true) {
        const whole: JsonObject = json(said.join(''), options)
        await pass(call)
        reply.json(200, whole)
        return
      }
      reply.head(200, { 'content-type': 'text/event-stream' })
      const frames = stream(said, options)
      const middle = frames.findIndex((frame) => frame.includes(said[0] ?? '')) + 1
      for (const frame of frames.slice(0, middle)) await reply.write(frame)
      await pass(call)
      for (const frame of frames.slice(middle)) await reply.write(frame)
      reply.end()
    }
  return {
    openai: answering(openaiJson, openaiStream),
    anthropic: answering(anthropicJson, anthropicStream),
    hold: (count) => {
      held = []
      wanted = count
      shut = new Promise((resolve) => {
        open = resolve
      })
      return {
        full: eventually(`${count} answers are held`, () => held.length >= count && held, 15_000),
        release: () => {
          wanted = 0
          open()
        },
      }
    },
  }
}
