import { describe, expect, it } from 'vitest'
import { parseLabelSelector } from '../../src/meta/label-selector.js'
import { StatusError } from '../../src/meta/status.js'
import { cpuTime } from '../support/cpu-time.js'

const objects: Record<string, Record<string, string> | undefined> = {
  none: undefined,
  prod: { env: 'prod', tier: 'fe' },
  dev: { env: 'dev' },
  blank: { env: '' },
  five: { n: '5', env: 'qa' },
  text: { n: 'x' },
}

function selected(selector: string): string {
  const { matches } = parseLabelSelector(selector)
  return Object.keys(objects)
    .filter((name) => matches(objects[name]))
    .join(' ')
}

describe('a label selector', () => {
  it.each([
    ['', 'none prod dev blank five text'],
    ['  ', 'none prod dev blank five text'],
    ['env', 'prod dev blank five'],
    ['!env', 'none text'],
    ['! env', 'none text'],
    ['env=prod', 'prod'],
    ['env==prod', 'prod'],
    [' env = prod ', 'prod'],
    ['env=', 'blank'],
    ['env!=prod', 'none dev blank five text'],
    ['env!=', 'none prod dev five text'],
    ['env in (prod,dev)', 'prod dev'],
    ['env in(prod)', 'prod'],
    ['env in ()', 'blank'],
    ['env in (,prod)', 'prod blank'],
    ['env in (prod,)', 'prod blank'],
    ['env in (prod,,dev)', 'prod dev blank'],
    ['env notin (prod,dev)', 'none blank five text'],
    ['env notin ()', 'none prod dev five text'],
    ['n>4', 'five'],
    ['n > 5', ''],
    ['n<6', 'five'],
    ['n<5', ''],
    ['env=prod,tier=fe', 'prod'],
    ['env=prod,tier', 'prod'],
    ['env=prod , !tier', ''],
    ['example.com/a.b_c', ''],
    ['in', ''],
    ['notin in (in)', ''],
    ['constructor', ''],
    ['!toString', 'none prod dev blank five text'],
  ])('%j selects %j', (selector, names) => expect(selected(selector)).toBe(names))

  it('is empty only when it selects everything', () => {
    expect(parseLabelSelector('').empty).toBe(true)
    expect(parseLabelSelector('!a').empty).toBe(false)
  })

  const key =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  const value =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

  it.each([
    ['g===', "unable to parse requirement: found '=', expected: identifier"],
    ['=x', "found '=', expected: !, identifier, or 'end of string'"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['env!prod', "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"],
    ['env(', "unable to parse requirement: found '(', expected: in, notin, =, ==, !=, gt, lt"],
    ['env=prod=x', "found '=', expected: ',' or 'end of string'"],
    ['!env=prod', "found '=', expected: ',' or 'end of string'"],
    ['env=prod,,tier', "found ',', expected: identifier after ','"],
    ['env in (prod),', "found '', expected: identifier after ','"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['env>=3', "unable to parse requirement: found '=', expected: identifier"],
    ['env in prod', "unable to parse requirement: found 'prod' expected: '('"],
    ['env in', "unable to parse requirement: found '' expected: '('"],
    ['env in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['env in (prod', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['env in (prod,', "unable to parse requirement: found '', expected: ',', or identifier"],
    ['env in (prod,=', "unable to parse requirement: found '=', expected: ',', or identifier"],
    [
      'n>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      'n>9223372036854775808',
      "unable to parse requirement: values[0]: Invalid value: \"9223372036854775808\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['env=-bad', `unable to parse requirement: values[0][env]: Invalid value: "-bad": ${value}`],
    [
      'env in (ok,b*d,a*)',
      `unable to parse requirement: [values[0][env]: Invalid value: "a*": ${value}, values[1][env]: Invalid value: "b*d": ${value}]`,
    ],
    [
      'x/y/z=1',
      `unable to parse requirement: <nil>: Invalid value: "x/y/z": a valid label key ${key} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ],
    ['a*', `unable to parse requirement: <nil>: Invalid value: "a*": name part ${key}`],
  ])('%j is refused', (selector, message) => {
    const refusal = thrownBy(() => parseLabelSelector(selector))
    expect(refusal.message).toBe(message)
    expect(refusal.code).toBe(400)
  })

  it.each([
    ['commas', `a in (${','.repeat(1 << 20)})`],
    ['exclamation marks', '!'.repeat(1 << 20)],
    ['one long key', 'a'.repeat(1 << 20)],
    ['spaces', ' '.repeat(1 << 20)],
    ['many requirements', 'a=b,'.repeat(1 << 18)],
    ['many bad values', `a in (${'-,'.repeat(1 << 19)})`],
    ['many different bad values', `a in (${Array.from({ length: 1 << 17 }, (_, i) => `-${i}`).join()})`],
  ])('of 1 MB of %s is read in linear time', (_, selector) => {
    const took = cpuTime(() => {
      try {
        parseLabelSelector(selector)
      } catch (error) {
        expect((error as Error).message.length).toBeLessThan(3 << 20)
      }
    })
    expect(took).toBeLessThan(3000)
  })
})

function thrownBy(action: () => unknown): StatusError {
  try {
    action()
  } catch (error) {
    if (error instanceof StatusError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
