/** Two signs around a placeholder, each in all the ways it may be written. */
export interface Brackets {
  readonly open: readonly string[]
  readonly close: readonly string[]
}

/** As we write them; as Markdown, URLs and HTML escape them; and what typographers and other scripts have for them. */
const ALL: readonly Brackets[] = [
  { open: ['['], close: [']'] },
  { open: ['\\['], close: ['\\]'] },
  { open: ['%5B', '%5b'], close: ['%5D', '%5d'] },
  {
    open: ['&#91;', '&#x5b;', '&#x5B;', '&#X5B;', '&lsqb;', '&lbrack;'],
    close: ['&#93;', '&#x5d;', '&#x5D;', '&#X5D;', '&rsqb;', '&rbrack;'],
  },
  ...['［］', '【】', '〔〕', '〚〛', '⟦⟧', '⁅⁆', '❲❳', '｢｣', '「」'].map(([open = '', close = '']) => ({
    open: [open],
    close: [close],
  })),
]

/** The longest way of writing one. */
export const LONGEST_BRACKET = Math.max(
  ...ALL.flatMap(({ open, close }) => [...open, ...close]).map((sign) => sign.length),
)

const BY_FIRST_UNIT = new Map<number, Brackets[]>()
for (const brackets of ALL) {
  const first = brackets.open[0]?.charCodeAt(0) ?? 0
  BY_FIRST_UNIT.set(first, [...(BY_FIRST_UNIT.get(first) ?? []), brackets])
}

const OPENS = Uint8Array.from({ length: 0x10000 }, (_, unit) => (BY_FIRST_UNIT.has(unit) ? 1 : 0))

/** Whether an opening one may begin with that UTF-16 unit. */
export function mayOpen(unit: number): boolean {
  return OPENS[unit] === 1
}

/** The brackets whose opening one begins with that UTF-16 unit. */
export function bracketsFrom(unit: number): readonly Brackets[] | undefined {
  return BY_FIRST_UNIT.get(unit)
}

/** How long the sign at `at` is: 0 where none of them stands there, -1 where the text ends within one. */
export function signAt(signs: readonly string[], text: string, at: number): number {
  let length = 0
  for (const sign of signs) {
    if (text.startsWith(sign, at)) return sign.length
    if (text.length - at < sign.length && sign.startsWith(text.slice(at))) length = -1
  }
  return length
}
