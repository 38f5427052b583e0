import type { Answer, Answers } from './answer.js'
import { GatewayError } from './errors.js'
import { type AsyncTransform, feed } from './transform.js'

/** Undoes a `content-encoding`; undefined when there is nothing to undo. Throws `GatewayError` on an unknown coding. */
export type Unpack = (coding: string | undefined) => AsyncTransform<Uint8Array, Uint8Array> | undefined

/** Puts decompression in front of an answer; what cannot be unpacked ends it as a provider that breaks off. */
export function unpacked(
  coding: string | undefined,
  body: AsyncTransform<Uint8Array, Answer>,
  unpack: Unpack,
): AsyncTransform<Uint8Array, Answer> {
  let inflate: AsyncTransform<Uint8Array, Uint8Array> | undefined
  try {
    inflate = unpack(coding)
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause
    let cut: Answers | undefined
    const end = () => {
      const first = cut === undefined
      cut ??= body.end('cut')
      return first ? cut : []
    }
    return { push: end, end }
  }
  if (!inflate) return body
  const through = inflate
  const broken = async (): Promise<readonly Answer[]> => body.end('cut')
  return {
    push: async (chunk) => {
      try {
        return await feed(body, await through.push(chunk))
      } catch {
        return broken()
      }
    },
    end: async (how) => {
      try {
        const answers = await feed(body, await through.end(how))
        return [...answers, ...(await body.end(how))]
      } catch {
        return broken()
      }
    },
  }
}
