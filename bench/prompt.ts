/** How an answer is to look: the fake provider reads it from the request's `metadata`, which gateways pass on. */
export interface AnswerShape {
  readonly stream: 'no' | 'yes'
  readonly model: string
  /** Content chunks of a streamed answer. */
  readonly chunks: number
  /** Milliseconds between chunks; 0 is as fast as possible. */
  readonly intervalMs: number
}

const WORDS =
  `the of and to in a is that for it was on are as with his they at be this from have or by one had not but what
all were when we there can an your which their said if do will each about how up out them then she many some so these would
other into has more her two like him see time could no make than first been its who now people my made over did down only way
find use may water long little very after words called just where most know get through back much before go good new write
our used me man too any day same right look think also around another came come work three word must because does part even
place well such here take why things help put years different away again off went old number great tell men say small every
found still between name should home big give air line set own under read last never us left end along while might next sound
below saw something thought both few those always looked show large often together asked house world going want school
important until form food keep children feet land side without boy once animals life enough took sometimes four head above
kind began almost live page got earth need far hand high year mother light parts country father let night following picture
being study second eyes soon times story boys since white days ever paper hard near sentence better best across during today
others however sure means knew try told young miles sun ways thing whole hear example heard several change answer room sea
against top turned learn point city play toward five using himself usually money distributed throughput negotiation quarterly
responsibility infrastructure asynchronous reconciliation kilometre photosynthesis jurisdiction`.split(/\s+/)

/** Deterministic numbers in [0, 1): a 32-bit xorshift from `seed`. */
function randomNumbers(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

/** About `bytes` of English-looking ASCII prose; a different text for every seed. */
export function prose(bytes: number, seed: number): string {
  const random = randomNumbers(seed * 2_654_435_761)
  const pick = () => WORDS[Math.floor(random() * WORDS.length)] ?? 'the'
  let text = ''
  while (text.length < bytes) {
    const length = 6 + Math.floor(random() * 14)
    const sentence = Array.from({ length }, () => (random() < 0.04 ? `${Math.floor(random() * 9999)}` : pick())).join(
      ' ',
    )
    text += `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${random() < 0.2 ? '?\n' : '. '}`
  }
  return text.slice(0, bytes)
}

/** A chat completion request with a prompt of `promptBytes`, which also says `mention`; every index asks something else, so nothing can be cached. */
export function requestBody(shape: AnswerShape, promptBytes: number, index: number, mention = ''): string {
  return JSON.stringify({
    model: shape.model,
    messages: [
      { role: 'system', content: 'You are a careful assistant. Answer in one paragraph.' },
      { role: 'user', content: `Question ${index}. ${mention}${prompts(promptBytes)[index % PROMPTS]}` },
    ],
    temperature: 0.2,
    metadata: { chunks: `${shape.chunks}`, interval: `${shape.intervalMs}` },
    ...(shape.stream === 'yes' ? { stream: true } : {}),
  })
}

// Writing prose anew for each request would load the machine that is being measured.
const PROMPTS = 256
const written = new Map<number, readonly string[]>()

function prompts(bytes: number): readonly string[] {
  const known = written.get(bytes)
  if (known !== undefined) return known
  const texts = Array.from({ length: PROMPTS }, (_, seed) => prose(bytes, seed + 1))
  written.set(bytes, texts)
  return texts
}
