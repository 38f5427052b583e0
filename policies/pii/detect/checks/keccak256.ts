const RATE = 136
const LANE = (1n << 64n) - 1n

/** The 24 round constants, from the degree-8 LFSR of FIPS 202, section 3.2.5. */
function roundConstants(): readonly bigint[] {
  let register = 1
  const bit = (): boolean => {
    const out = (register & 1) === 1
    register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1
    return out
  }
  return Array.from({ length: 24 }, () => {
    let constant = 0n
    for (let j = 0; j < 7; j++) if (bit()) constant |= 1n << ((1n << BigInt(j)) - 1n)
    return constant
  })
}

const CONSTANTS = roundConstants()

function rotate(lane: bigint, bits: bigint): bigint {
  return bits === 0n ? lane : ((lane << bits) | (lane >> (64n - bits))) & LANE
}

function theta(lanes: bigint[]): void {
  const parity = [0, 1, 2, 3, 4].map((x) => [0, 5, 10, 15, 20].reduce((sum, y) => sum ^ (lanes[x + y] ?? 0n), 0n))
  for (let x = 0; x < 5; x++) {
    const change = (parity[(x + 4) % 5] ?? 0n) ^ rotate(parity[(x + 1) % 5] ?? 0n, 1n)
    for (let y = 0; y < 25; y += 5) lanes[x + y] = (lanes[x + y] ?? 0n) ^ change
  }
}

/** Rho and pi: lanes turn and move along one cycle. */
function rhoPi(lanes: bigint[]): void {
  let x = 1
  let y = 0
  let current = lanes[1] ?? 0n
  for (let t = 0; t < 24; t++) {
    const next = (2 * x + 3 * y) % 5
    x = y
    y = next
    const moved = lanes[x + 5 * y] ?? 0n
    lanes[x + 5 * y] = rotate(current, BigInt((((t + 1) * (t + 2)) / 2) % 64))
    current = moved
  }
}

function chi(lanes: bigint[]): void {
  for (let y = 0; y < 25; y += 5) {
    const row = lanes.slice(y, y + 5)
    for (let x = 0; x < 5; x++) {
      lanes[x + y] = (row[x] ?? 0n) ^ (~(row[(x + 1) % 5] ?? 0n) & LANE & (row[(x + 2) % 5] ?? 0n))
    }
  }
}

/** Keccak-256 as Ethereum uses it (padding 0x01, not SHA-3's 0x06) of at most 135 bytes, which is one block. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(RATE)
  block.set(bytes)
  block[bytes.length] = 1
  block[RATE - 1] = (block[RATE - 1] ?? 0) | 0x80
  const view = new DataView(block.buffer)
  const lanes = Array.from({ length: 25 }, (_, index) => (index < RATE / 8 ? view.getBigUint64(index * 8, true) : 0n))
  for (const constant of CONSTANTS) {
    theta(lanes)
    rhoPi(lanes)
    chi(lanes)
    lanes[0] = (lanes[0] ?? 0n) ^ constant
  }
  const digest = new DataView(new ArrayBuffer(32))
  for (let index = 0; index < 4; index++) digest.setBigUint64(index * 8, lanes[index] ?? 0n, true)
  return new Uint8Array(digest.buffer)
}
