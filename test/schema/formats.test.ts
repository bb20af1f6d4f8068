import { describe, expect, it } from 'vitest'
import { stringFormat } from '../../src/schema/formats.js'

/** Of each format texts that are right, and texts that are not, as kube-openapi's strfmt judges them. */
const cases: Readonly<Record<string, { right: readonly string[]; wrong: readonly string[] }>> = {
  'date-time': {
    right: ['2020-01-01T00:00:00Z', '2020-01-01t23:59:59z', '2020-02-29T00:00:00.123+01:00', '2020-01-01T00:00:00,5Z'],
    wrong: [
      'nodate',
      '2020-01-01',
      '2020-01-01 00:00:00Z',
      '2020-01-01T24:00:00Z',
      '2020-01-01T00:00:60Z',
      '2019-02-29T00:00:00Z',
    ],
  },
  date: {
    right: ['2020-02-29', '0000-01-01', '1999-12-31'],
    wrong: ['2019-02-29', '1900-02-29', '2020-13-01', '2020-1-1', ''],
  },
  duration: {
    right: ['1h', '1h30m', '1.5h', '-3s', '0', '2 days', '3d', '10 sec'],
    wrong: ['', '5', 'h', '1 year', '1 fortnight'],
  },
  email: {
    right: ['a@b', 'a.b@c.d', '"q s"@x.y', 'Barry <a@b.c>', '"x y" <a@b>', 'a@b (c)', 'a@[1.2.3.4]', 'é@ü'],
    wrong: ['', 'a', 'a@', '@b', 'a..b@c', '.a@b', 'a@b,c@d', 'a@b>', '""@x', 'a b@c'],
  },
  hostname: {
    right: ['a', 'abc', 'a.bc', 'x-y.zz', 'a--b.com', 'é.com', 'a'.repeat(63)],
    wrong: ['', '-a', 'my-host', 'a.b', 'a..com', 'a_b.com', '1.2.3.4', 'a'.repeat(64), `${'a.'.repeat(130)}com`],
  },
  ipv4: {
    right: ['1.2.3.4', '01.2.3.4', '::ffff:1.2.3.4'],
    wrong: ['', '1.2.3', '1.2.3.256', '1.2.3.4.5', '::1', 'zz'],
  },
  ipv6: {
    right: ['::', '::1', '1:2:3:4:5:6:7:8', '1::8', '::ffff:1.2.3.4'],
    wrong: ['', '1.2.3.4', '1:2:3:4:5:6:7', '12345::', 'fe80::1%eth0', '1::2::3', ':1:2:3:4:5:6:7:8', '::01.2.3.4'],
  },
  cidr: {
    right: ['10.0.0.0/8', '::/0', '1.2.3.4/32'],
    wrong: ['10.0.0.0', '1.2.3.4/33', '::/129', '1.2.3.4/-1', '/8', '1.2.3.4/8/9'],
  },
  mac: {
    right: ['01:23:45:67:89:ab', '01-23-45-67-89-AB', '0123.4567.89ab'],
    wrong: ['', '01:23-45:67:89:ab', '0:1:2:3:4:5', '01:23:45:67:89'],
  },
  uri: {
    right: [
      'http://x',
      'http://u:p@x:80/y?z#f',
      'mailto:a',
      '/abs',
      'http://[::1]:80/',
      'urn:isbn:1',
      'postgres://h1:1,h2:2/db',
    ],
    wrong: [
      '',
      'rel',
      ':x',
      '1a:b',
      'http://a b',
      'http://x/%zz',
      'http://h:x',
      'http://[zz]/',
      'a\nb:c',
      'http://%41',
    ],
  },
  uuid: {
    right: ['a8098c1a-f86e-11da-bd1a-00112444be1e', 'A8098C1AF86E11DABD1A00112444BE1E'],
    wrong: ['', 'a8098c1a-f86e-11da-bd1a'],
  },
  uuid3: { right: ['bcd02e22-68f0-3046-a512-327cca9def8f'], wrong: ['bcd02e22-68f0-4046-a512-327cca9def8f'] },
  uuid4: { right: ['025b0d74-00a2-4048-bf57-227c5111bb34'], wrong: ['025b0d74-00a2-4048-cf57-227c5111bb34'] },
  uuid5: { right: ['886313e1-3b8a-5372-9b90-0c9aee199e5d'], wrong: ['886313e1-3b8a-4372-9b90-0c9aee199e5d'] },
  byte: { right: ['aGk=', 'YQ==', 'YWJj'], wrong: ['', 'aGk', '====', 'YW=j', '-_8='] },
  isbn: { right: ['0321751043', '978-0321751041', '3 401 01319 X'], wrong: ['0321751044', 'x'] },
  isbn10: { right: ['0321751043'], wrong: ['978-0321751041'] },
  isbn13: { right: ['978-0321751041'], wrong: ['978-0321751042', '0321751043'] },
  creditcard: { right: ['4111-1111-1111-1111', '378282246310005'], wrong: ['4111-1111-1111-1112', '1', ''] },
  ssn: { right: ['111-11-1111', '111 11 1111'], wrong: ['111111111', '11-111-1111'] },
  hexcolor: { right: ['#fff', 'FFFFFF'], wrong: ['#ff', '#ggg'] },
  rgbcolor: { right: ['rgb(1,2,3)', 'rgb( 0 , 255 , 3 )'], wrong: ['rgb(256,0,0)', 'rgb(01,2,3)', 'rgb(1,2)'] },
  bsonobjectid: { right: ['507f1f77bcf86cd799439011'], wrong: ['507f1f77bcf86cd79943901'] },
  password: { right: ['', 'x'], wrong: [] },
  'k8s-short-name': { right: ['a', 'a-b', 'a'.repeat(63)], wrong: ['', 'A', 'a.b', 'a-', 'a'.repeat(64)] },
  'k8s-long-name': { right: ['a', 'a-b.c', `${'a'.repeat(100)}.b`], wrong: ['', 'a..b', 'a.B', 'a'.repeat(254)] },
}

describe.each(Object.entries(cases))('format %s', (name, { right, wrong }) => {
  it('takes what is right', () => {
    expect(right.filter((text) => !stringFormat(name)?.(text))).toEqual([])
  })

  it('refuses what is not', () => {
    expect(wrong.filter((text) => stringFormat(name)?.(text))).toEqual([])
  })
})

it('knows no other formats', () => {
  expect(stringFormat('nosuch')).toBeUndefined()
  expect(stringFormat('constructor')).toBeUndefined()
})

it('takes a long text in time', () => {
  for (const name of Object.keys(cases)) {
    for (const piece of ['a', '1', 'a-', '1:', '.', '"', '(', ' ', 'é', '%41', '1h'])
      stringFormat(name)?.(piece.repeat(50_000))
  }
}, 5000)
