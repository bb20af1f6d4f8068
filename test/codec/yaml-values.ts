import fc from 'fast-check'

/** Pieces that are something else than text for some reader, or that end, begin or join what they should not. */
const pieces = [
  ...[
    'yes',
    'no',
    'y',
    'n',
    'null',
    'true',
    '~',
    '0',
    '1',
    '3',
    '_',
    '.',
    '-',
    '+',
    'e',
    '0x',
    '0o',
    '.inf',
    '2024-01-01',
  ],
  ...[
    'T',
    '12:30',
    '=',
    '<<',
    ':',
    ' ',
    '  ',
    '#',
    ',',
    '&',
    '*',
    '!',
    '|',
    '>',
    '%',
    '@',
    '`',
    '?',
    '"',
    "'",
    '\\',
    '{',
    '}',
  ],
  ...[
    '[',
    ']',
    '---',
    '...',
    '\n',
    '\n\n',
    '\t',
    '\r',
    '\r\n',
    '\0',
    '\x07',
    '\x7f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\ufeff',
  ],
  ...['\u200b', '\u0301', '\ufffe', '/', '(', '$', '^', 'a', 'foo', 'é', '中', '😀', '__proto__'],
]
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }),
)
const key = fc.oneof(
  { weight: 20, arbitrary: text },
  { weight: 1, arbitrary: text.map((start) => start + 'k'.repeat(1200)) },
)
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).filter((n) => !Number.isSafeInteger(Number(n))),
)

/** Anything an object can hold, strings first of all. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: number },
    { weight: 1, arbitrary: fc.constantFrom(null, true, false, '', [], {}) },
    { weight: 2, arbitrary: fc.array(tie('any'), { maxLength: 5 }) },
    { weight: 2, arbitrary: fc.dictionary(key, tie('any'), { maxKeys: 5, noNullPrototype: true }) },
  ),
})).any
