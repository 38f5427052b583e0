import type { Source } from '../../core/chat.js'
import type { Estimate } from './image-tokens.js'

/**
 * A guess at a document's tokens from its size alone: text at 3 bytes a token (at least 1 byte), anything else, PDF
 * above all, at 20 bytes a token (at least 4). One that is not in the request counts 3,000, and 100,000 at most.
 */
export function fileTokens(source: Source): Estimate {
  if (source.kind !== 'data') return { tokens: 3_000, upperBound: 100_000 }
  const bytes = base64Bytes(source.data)
  const isText = /^text\/|json|xml|yaml|javascript/.test(source.mediaType)
  return isText
    ? { tokens: Math.ceil(bytes / 3), upperBound: bytes }
    : { tokens: Math.max(1_500, Math.ceil(bytes / 20)), upperBound: Math.max(3_000, Math.ceil(bytes / 4)) }
}

/**
 * A guess at audio's tokens from its size: 32 tokens a second (Gemini's figure; OpenAI's is 10) of 16-bit 24 kHz PCM or
 * WAV, or of any other format at 128 kbit/s; 16 kbit/s at the least.
 */
export function audioTokens(format: string, data: string): Estimate {
  const bytes = base64Bytes(data)
  const isPcm = format === 'wav' || format === 'pcm16'
  const tokensAt = (bytesPerSecond: number) => Math.ceil((bytes * 32) / bytesPerSecond)
  return { tokens: tokensAt(isPcm ? 48_000 : 16_000), upperBound: tokensAt(isPcm ? 16_000 : 2_000) }
}

function base64Bytes(data: string): number {
  return Math.floor((data.length * 3) / 4)
}
