import { isCidr, isHostname, isIpv4, isIpv6, isMac } from './format-address.js'
import {
  isBase64,
  isBsonObjectId,
  isCreditCard,
  isHexColor,
  isIsbn10,
  isIsbn13,
  isLongName,
  isRgbColor,
  isShortName,
  isSsn,
  isUuid,
} from './format-code.js'
import { isEmail } from './format-email.js'
import { isDate, isDateTime, isDuration } from './format-time.js'
import { isUri } from './format-uri.js'

/** Formats of strings that are enforced; every other one is ignored (API-SEMANTICS R22). Dashes in names don't count. */
const stringFormats: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['bsonobjectid', isBsonObjectId],
  ['uri', isUri],
  ['email', isEmail],
  ['hostname', isHostname],
  ['ipv4', isIpv4],
  ['ipv6', isIpv6],
  ['cidr', isCidr],
  ['mac', isMac],
  ['uuid', isUuid()],
  ['uuid3', isUuid(3)],
  ['uuid4', isUuid(4)],
  ['uuid5', isUuid(5)],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', isSsn],
  ['hexcolor', isHexColor],
  ['rgbcolor', isRgbColor],
  ['byte', isBase64],
  ['password', () => true],
  ['date', isDate],
  ['duration', isDuration],
  ['datetime', isDateTime],
  ['k8sshortname', isShortName],
  ['k8slongname', isLongName],
])

/** What checks a string of that format; undefined when the format is not enforced. */
export function stringFormat(name: string): ((text: string) => boolean) | undefined {
  return stringFormats.get(name.replaceAll('-', ''))
}
