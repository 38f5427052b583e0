import fc from 'fast-check'

/** Parts of texts that have plain words in them, and everything that is none. */
const part = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...' the| and|, but| Two roads| diverged in a| wood.| sorry I|could|\n\n|following|. |(|)| a|t| at|-|’s| é'.split(
        '|',
      ),
      ...' passport number| account| password| token:| my pin is| Bearer| tel.| Blue| Blue Heron'.split('|'),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...' jane.roe@acme-widgets.com| jane at acme dot com| +1 415-555-2671| 4111 1111 1111 1111| 536-22-8726'.split(
        '|',
      ),
      ...' password: hunter2Secret!|C01X00T47|/etc/hosts| https://example.org/a?b=c| 12| 2024-01-02|﹫| ｊane@acme.com'.split(
        '|',
      ),
      ...[
        `gh${'p_'}aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5`,
        'x'.repeat(60),
        ' word'.repeat(500),
        '日本語',
        '🙂',
        '\ud83d',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
)

/** Such texts, cut anywhere. */
export const pieces = fc
  .tuple(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }))
  .map(([parts, sizes]) => {
    const text = parts.join('')
    const cut: string[] = []
    for (let at = 0, index = 0; at < text.length; index++) {
      const size = 1 + (sizes[index % sizes.length] ?? 0)
      cut.push(text.slice(at, at + size))
      at += size
    }
    return cut
  })
